import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  changesCall,
  commentChange,
  echoItem,
  messageItem,
  messagingCall,
  messagingOf,
  signedCall,
  type SimulatedPage
} from '../../tests/simulators/graph/page-webhooks.ts'
import { startPages, type Pages } from '../../tests/simulators/graph/pages.ts'
import { channelContract } from '../channel-contract.ts'
import type { InboundMedia, InboundMessage, OutboundMessage } from '../channel.ts'
import { instagramAccount } from './fixtures/account.ts'
import recorded from './fixtures/messages.json' with { type: 'json' }
import { instagram } from './index.ts'
import type { InstagramSettings } from './settings.ts'
import { test } from './test.ts'

const { instagramId, pageId, accessToken, appSecret } = instagramAccount().settings
const page: SimulatedPage = {
  platform: 'instagram',
  pageId,
  ownId: instagramId,
  appId: '4400',
  accessToken,
  appSecret
}
const customer = '6100000000000001'
const at = new Date('2026-11-20T10:00:00.123Z')
let pages: Pages

beforeAll(async () => {
  pages = await startPages([page])
  pages.hook(`${pages.url}/nowhere`)
})
afterAll(() => pages.stop())
beforeEach(async () => {
  pages.answer({ kind: 'normal' })
  await pages.write(page, customer, { text: 'hello' })
})

const account = (settings: Partial<InstagramSettings> = {}) =>
  instagramAccount({ graphUrl: pages.url, ...settings })
const signed = (call: unknown, secret = appSecret) => signedCall(call, secret)
const receive = (call: unknown, settings: Partial<InstagramSettings> = {}) =>
  instagram.receive?.(signed(call), account(settings)) ?? []
const happened = (kind: keyof typeof recorded) =>
  receive(messagingCall(page, [messagingOf(page, customer, recorded[kind], at)])).map(
    ({ via: _via, ...event }) => event
  )
const read = (kind: keyof typeof recorded) => happened(kind)[0] as InboundMessage
const outbound = (given: Partial<OutboundMessage> = {}): OutboundMessage => ({
  id: 'abcdef0123456789abcdef01',
  address: customer,
  fromName: 'Awa',
  text: 'Hello',
  attachments: [],
  references: [],
  heardAt: new Date(),
  ...given
})
const file = (name: string, type: string, bytes = 10) => ({ name, type, content: Buffer.alloc(bytes, 1) })

const right = signed(
  messagingCall(page, [messageItem(page, customer, { text: 'hello/é' }, { mid: 'aWdf_1' })])
)
channelContract(instagram, {
  account: () => account(),
  webhook: {
    message: right,
    forged: [
      { ...right, headers: {} },
      { ...right, headers: { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` } },
      { ...right, rawBody: Buffer.from(JSON.stringify(JSON.parse(right.rawBody.toString()))) },
      signed(messagingCall(page, []), 'the secret of another app')
    ],
    garbage: [
      signed(null),
      signed({ object: 'page', entry: [] }),
      signed({ object: 'instagram', entry: [{ id: 5 }] }),
      signed(messagingCall(page, ['text' as never])),
      signed(messagingCall(page, [{ message: { mid: 'x', text: 'nobody’s' } }])),
      signed(messagingCall(page, [messageItem(page, customer, { reply_to: { story: 'no object' } })])),
      signed(changesCall(page, [{ field: 'comments', value: { id: '../1', from: { id: '1' } } }])),
      signed(changesCall(page, [{ field: 'mentions', value: { media_id: '1){access_token}' } }]))
    ]
  },
  send: { message: () => outbound(), unreachable: () => account({ graphUrl: 'http://127.0.0.1:9' }) }
})

describe('what a customer writes', () => {
  it('is words', () => {
    expect(happened('text')).toEqual([
      {
        kind: 'message',
        address: customer,
        externalId: 'aWdf_text',
        sentAt: at,
        text: 'Bonjour, où est ma carte ? 😀'
      }
    ])
  })

  it.each([
    ['image', /^$/, 'image'],
    ['story mention', /^\(mentioned you in their story\)$/, 'story'],
    ['story reply', /^\(reply to your story\)\nHow much is it\?$/, 'story'],
    ['shared post', /^\(shared a post\)$/, 'post']
  ] as const)('shows what it is about: %s', (kind, words, name) => {
    const { text, media, public: place } = read(kind)
    expect(text).toMatch(words)
    expect(media).toMatchObject([{ name, url: expect.stringContaining('ig_messaging_cdn') as string }])
    // A story is seen by all; what is written about it is between two.
    expect(place).toBeUndefined()
  })

  it('names the page of what is shared and no file', () => {
    expect(read('shared reel')).toMatchObject({
      text: '(shared a post)\nSaving for a roof\nhttps://www.instagram.com/reel/1/'
    })
    expect(read('shared reel').media).toBeUndefined()
  })

  it('says what it answers and what was chosen', () => {
    expect(read('reply')).toMatchObject({ answers: 'aWdf_of-ours' })
    expect(read('quick reply')).toMatchObject({ chosen: 'choice-2' })
    expect(read('ice breaker')).toMatchObject({ text: 'When are you open?', chosen: 'HOURS' })
    expect(read('link')).toMatchObject({ text: '(came by a link: poster)', automatic: 'bulk' })
  })

  it('is taken back', () => {
    expect(happened('unsent')).toEqual([
      { kind: 'amendment', address: customer, of: 'aWdf_text', text: null }
    ])
  })
})

describe('what happens to messages', () => {
  it('is a reaction, named by its emoji or its word', () => {
    expect(happened('reaction')).toMatchObject([{ kind: 'reaction', on: 'aWdf_of-ours', emoji: '❤️' }])
    expect(happened('reaction without emoji')).toMatchObject([{ emoji: '😮' }])
  })

  it('is seen, with all that came before', () => {
    expect(happened('seen')).toEqual([
      { kind: 'read-until', address: customer, until: at },
      { kind: 'delivery', externalId: 'aWdf_of-ours', state: 'read', at }
    ])
  })

  it('is an echo, of which nothing is to be told', () => {
    expect(receive(messagingCall(page, [echoItem(page, customer, { mid: 'x', text: 'y' })]))).toEqual([])
  })
})

describe('what is said in public', () => {
  const changed = (change: object, settings: Partial<InstagramSettings> = {}) =>
    receive(changesCall(page, [change]), settings)

  it('is a comment, with the name that its writer chose', () => {
    const [event] = changed(
      commentChange(page, { id: customer, name: 'fatou_s' }, 'How much?', {
        id: '17900000000000055',
        more: { parent_id: '17900000000000054' }
      })
    )
    expect(event).toMatchObject({
      kind: 'message',
      address: customer,
      name: 'fatou_s',
      externalId: 'comment:17900000000000055',
      answers: 'comment:17900000000000054',
      text: 'How much?',
      public: { kind: 'comment' }
    })
    expect(changed(commentChange(page, { id: instagramId, name: 'bank' }, 'Ours'))).toEqual([])
  })

  it('is a mention, whose words are fetched', async () => {
    const mention = { field: 'mentions', value: { media_id: '178', comment_id: '179' } }
    const [event] = changed(mention, { language: 'fr' })
    expect(event).toMatchObject({
      address: 'mention:178:179',
      externalId: 'mention:178:179',
      text: '(vous a mentionné dans un commentaire)',
      public: { kind: 'mention' }
    })
    const fetch = async ({ media }: InboundMessage) =>
      instagram.fetchMedia?.(media?.[0] as InboundMedia, account(), AbortSignal.timeout(5000))
    const words = await fetch(event as InboundMessage)
    expect(words).toMatchObject({ name: 'mention.txt', type: 'text/plain' })
    expect(Buffer.from(words?.content ?? []).toString()).toBe('@a_customer\nAsk @banquedufleuve')
    const [post] = changed({ field: 'mentions', value: { media_id: '178' } })
    expect(Buffer.from((await fetch(post as InboundMessage))?.content ?? []).toString()).toContain(
      'At @banquedufleuve'
    )
  })
})

describe('what we send', () => {
  const sendNow = async (given: Partial<OutboundMessage>, settings: Partial<InstagramSettings> = {}) => {
    const before = pages.handed.length
    const sent = await instagram.send?.(outbound(given), account(settings))
    return { sent, handed: pages.handed.slice(before) }
  }
  const refused = (words: RegExp) => ({ reason: 'refused', message: expect.stringMatching(words) as string })

  it('is words, by the page that the account is linked to', async () => {
    const { handed } = await sendNow({})
    expect(handed).toMatchObject([{ path: `${pageId}/messages` }])
    expect(handed[0]?.body).toEqual({
      recipient: { id: customer },
      messaging_type: 'RESPONSE',
      message: { text: 'Hello' }
    })
  })

  it('is several messages where its bytes are too many for one', async () => {
    const { handed } = await sendNow({ text: 'déjà reçu ! '.repeat(80) })
    const texts = handed.map(({ body }) => (body['message'] as { text: string }).text)
    expect(texts).toHaveLength(2)
    expect(texts.join(' ')).toBe('déjà reçu ! '.repeat(80).trim())
  })

  it('is a file that Instagram carries, handed up first', async () => {
    const { handed } = await sendNow({ text: '', attachments: [file('prix.pdf', 'application/pdf')] })
    const { attachment } = handed[0]?.body['message'] as {
      attachment: { type: string; payload: { id: string } }
    }
    expect(attachment.type).toBe('MEDIA_SHARE')
    expect(pages.files.get(attachment.payload.id)).toMatchObject({ type: 'application/pdf' })
    for (const other of [
      file('a.docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'),
      file('large.png', 'image/png', 9 * 1024 * 1024)
    ])
      await expect(sendNow({ attachments: [other] })).rejects.toMatchObject(
        refused(/Instagram carries pictures/)
      )
  })

  it('answers a comment or a mention in public, a comment in private', async () => {
    const path = async (given: Partial<OutboundMessage>) => (await sendNow(given)).handed[0]
    expect(await path({ answers: 'comment:55', audience: 'public' })).toMatchObject({
      path: '55/replies',
      body: { message: 'Hello' }
    })
    expect(
      await path({ address: 'mention:178:179', answers: 'mention:178:179', audience: 'public' })
    ).toMatchObject({
      path: `${instagramId}/mentions`,
      body: { message: 'Hello', media_id: '178', comment_id: '179' }
    })
    expect(await path({ answers: 'comment:55', audience: 'private' })).toMatchObject({
      path: `${pageId}/messages`,
      body: { recipient: { comment_id: '55' } }
    })
    const unknown = { address: 'mention:178:179', answers: 'mention:178:179' }
    await expect(sendNow({ ...unknown, audience: 'private' })).rejects.toMatchObject(
      refused(/Only a comment/)
    )
    await expect(sendNow({ address: 'mention:178:179' })).rejects.toMatchObject(refused(/who this is/))
  })

  it('is a heart, and no other emoji', async () => {
    const react = (emoji: string) => instagram.react?.({ address: customer, on: 'aWdf_1', emoji }, account())
    await react('❤️')
    expect(pages.handed.at(-1)?.body).toMatchObject({
      sender_action: 'react',
      payload: { message_id: 'aWdf_1', reaction: 'love' }
    })
    await react('')
    expect(pages.handed.at(-1)?.body).toMatchObject({ sender_action: 'unreact' })
    await expect(react('👍')).rejects.toMatchObject({ reason: 'refused' })
  })

  it('meets the end of the window', async () => {
    const longAgo = new Date(Date.now() - 3 * 86_400_000)
    await pages.write(page, customer, { text: 'hello' }, { at: longAgo })
    await expect(sendNow({ heardAt: new Date() })).rejects.toMatchObject(refused(/7 days.*\(10\)/))
    expect((await sendNow({ heardAt: longAgo })).handed[0]?.body).toMatchObject({ tag: 'HUMAN_AGENT' })
  })
})

describe('a person', () => {
  it('is shown by name', async () => {
    pages.people.set(customer, { name: 'Fatou' })
    expect(await instagram.profile?.(customer, account(), AbortSignal.timeout(5000))).toEqual({
      name: 'Fatou'
    })
    expect(await instagram.profile?.('mention:1', account(), AbortSignal.timeout(5000))).toBeNull()
  })
})

describe('testing an account', () => {
  const stepsOf = async (settings: Partial<InstagramSettings> = {}) =>
    (await test(account(settings), AbortSignal.timeout(5000))).steps

  it('goes through every step when all is well', async () => {
    expect((await stepsOf()).map(({ name, ok }) => [name, ok])).toEqual([
      ['Access token', true],
      ['Instagram account', true],
      ['App secret', true],
      ['Page', true],
      ['Webhook', true]
    ])
  })

  it('names what is wrong', async () => {
    const wrong = await stepsOf({ instagramId: '17841400000000000' })
    expect(wrong.find(({ ok }) => !ok)).toMatchObject({
      name: 'Instagram account',
      detail: expect.stringContaining(instagramId) as string
    })
    pages.subscribe(['messages'])
    const steps = await stepsOf()
    pages.subscribe(null)
    expect(steps.filter(({ ok }) => !ok)).toMatchObject([
      { name: 'Webhook', detail: expect.stringMatching(/comments, mentions/) as string }
    ])
  })
})
