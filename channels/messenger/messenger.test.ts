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
import type { InboundMessage, OutboundMessage } from '../channel.ts'
import { messengerAccount } from './fixtures/account.ts'
import recorded from './fixtures/messages.json' with { type: 'json' }
import { messenger } from './index.ts'
import type { MessengerSettings } from './settings.ts'
import { test } from './test.ts'

const { pageId, accessToken, appSecret } = messengerAccount().settings
const page: SimulatedPage = {
  platform: 'messenger',
  pageId,
  ownId: pageId,
  appId: '4400',
  accessToken,
  appSecret
}
const customer = '7100000000000001'
const ourId = 'abcdef0123456789abcdef01'
const at = new Date('2026-11-20T10:00:00.123Z')
let pages: Pages

beforeAll(async () => {
  pages = await startPages([page])
})
afterAll(() => pages.stop())
beforeEach(() => pages.answer({ kind: 'normal' }))

const account = (settings: Partial<MessengerSettings> = {}) =>
  messengerAccount({ graphUrl: pages.url, ...settings })
const signed = (call: unknown, secret = appSecret) => signedCall(call, secret)
const receive = (call: unknown, settings: Partial<MessengerSettings> = {}) =>
  messenger.receive?.(signed(call), account(settings)) ?? []
const happened = (what: object) => receive(messagingCall(page, [messagingOf(page, customer, what, at)]))
const outbound = (given: Partial<OutboundMessage> = {}): OutboundMessage => ({
  id: ourId,
  address: customer,
  fromName: 'Awa',
  text: 'Hello',
  attachments: [],
  references: [],
  heardAt: new Date(),
  ...given
})
const file = (name: string, type: string, bytes = 10) => ({ name, type, content: Buffer.alloc(bytes, 1) })
/** The customer writes, so that Meta lets them be answered. */
const hear = async (when = new Date(), from = customer) => {
  pages.hook(`${pages.url}/nowhere`)
  await pages.write(page, from, { text: 'hello' }, { at: when })
}

const right = signed(messagingCall(page, [messageItem(page, customer, { text: 'hello/é' }, { mid: 'm_1' })]))
channelContract(messenger, {
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
      signed([]),
      signed('text'),
      signed({ object: 'page', entry: 5 }),
      signed({ object: 'instagram', entry: [] }),
      signed({ object: 'page', entry: [{ id: '../../etc', messaging: [] }] }),
      signed(messagingCall(page, [7 as never])),
      signed(messagingCall(page, [{ sender: { id: '<script>' }, message: { mid: 'm', text: 'x' } }])),
      signed(messagingCall(page, [{ sender: {}, timestamp: -1, message: { mid: '' } }])),
      signed(messagingCall(page, [{ timestamp: 1e300, message: {} }])),
      signed(messagingCall(page, [messageItem(page, customer, { attachments: [{ type: '__proto__' }] })])),
      signed(messagingCall(page, [messageItem(page, customer, { attachments: 'no list' })])),
      signed(
        messagingCall(page, [
          messagingOf(page, customer, { reaction: { mid: 'm', reaction: 'constructor' } })
        ])
      ),
      signed(changesCall(page, [null as never, { field: 'feed', value: { item: 'comment' } }]))
    ]
  },
  send: { message: () => outbound(), unreachable: () => account({ graphUrl: 'http://127.0.0.1:9' }) }
})
beforeEach(() => hear())

describe('what a customer writes', () => {
  const read = (kind: keyof typeof recorded) => happened(recorded[kind])[0] as InboundMessage

  it('is words', () => {
    expect(happened(recorded.text)).toEqual([
      {
        kind: 'message',
        address: customer,
        externalId: 'm_text',
        sentAt: at,
        text: 'Bonjour, où est ma carte ? 😀',
        via: messenger.via?.(account())
      }
    ])
  })

  it.each([
    ['image', [{ id: '0', name: 'image', type: 'image/jpeg' }, { id: '1' }]],
    ['sticker', [{ name: 'sticker' }]],
    ['voice', [{ name: 'audio', type: 'audio/mp4' }]],
    ['file', [{ name: 'relevéfdp.exe', type: 'application/octet-stream' }]]
  ] as const)('is files to be fetched where Meta says: %s', (kind, media) => {
    const message = read(kind)
    expect(message.media).toMatchObject(media)
    expect(message.media?.every(({ url }) => url?.startsWith('https://'))).toBe(true)
    expect(message.text).toBe('')
  })

  it.each([
    ['location', /^📍 Pinned location\nhttps:.*mlat=14\.6937&mlon=-17\.4441$/],
    ['fallback', /^See https:\/\/example\.org\/offer\nThe offer$/],
    ['share', /^\(shared a post\)\nOur post\nhttps:\/\/www\.facebook\.com\/bank\/posts\/1000$/],
    ['postback', /^\(came by a link: summer\)\nGet started$/],
    ['advertisement', /^\(came by an advertisement: Loans at 3 %\)\nIs this still offered\?$/],
    ['unsupported', /Messenger does not hand on/],
    ['unknown', /not known here: hologram/],
    ['empty', /not known here/]
  ] as const)('is written in words: %s', (kind, words) => {
    expect(read(kind).text).toMatch(words)
  })

  it('has no time where Meta tells none: the window counts from when it came', () => {
    const { timestamp: _timestamp, ...untimed } = messageItem(page, customer, { text: 'when?' })
    expect(receive(messagingCall(page, [untimed]))[0]).not.toHaveProperty('sentAt')
  })

  it('is labelled in the language of the account', () => {
    const call = messagingCall(page, [messagingOf(page, customer, recorded.share)])
    expect((receive(call, { language: 'fr' })[0] as InboundMessage).text).toContain('a partagé')
  })

  it('says what it answers and what was chosen', () => {
    expect(read('reply')).toMatchObject({ answers: 'm_of-ours' })
    expect(read('quick reply')).toMatchObject({ chosen: 'choice-2', text: 'Thursday' })
    expect(read('postback')).toMatchObject({ chosen: 'GET_STARTED', externalId: 'm_postback' })
    expect(read('text')).not.toHaveProperty('chosen')
  })

  it('has an id that stays the same where Meta gives none, and is nobody’s words where nobody spoke', () => {
    const [first, second] = [read('referral'), read('referral')]
    expect(first.externalId).toMatch(/^referral:[0-9a-f]{32}$/)
    expect(first).toEqual(second)
    expect(first).toMatchObject({ automatic: 'bulk', text: '(came by a link: newsletter)' })
  })

  it('keeps the original of what is not understood', () => {
    expect(JSON.parse(Buffer.from(read('unknown').raw ?? []).toString())).toMatchObject({
      message: recorded.unknown.message
    })
    expect(read('text').raw).toBeUndefined()
  })
})

describe('what happens to messages', () => {
  const about = (kind: keyof typeof recorded) =>
    happened(recorded[kind]).map(({ via: _via, ...event }) => event)

  it('is a reaction, and its taking back', () => {
    expect(about('reaction')).toEqual([
      { kind: 'reaction', address: customer, on: 'm_of-ours', emoji: '❤️', at }
    ])
    expect(about('reaction taken back')).toMatchObject([{ emoji: '' }])
  })

  it('is a delivery of each message, and a reading of all until a moment', () => {
    const moment = new Date(1764000000500)
    expect(about('delivery')).toEqual(
      ['m_of-ours', 'm_second'].map((externalId) => ({
        kind: 'delivery',
        externalId,
        state: 'delivered',
        at: moment
      }))
    )
    expect(about('read')).toEqual([{ kind: 'read-until', address: customer, until: new Date(1764000000700) }])
  })

  it('is a change of words', () => {
    expect(about('edit')).toEqual([
      { kind: 'amendment', address: customer, of: 'm_text', text: 'At ten, not nine', at }
    ])
  })

  it('is an echo, which confirms what is ours and nothing else', () => {
    const echo = (message: object) => receive(messagingCall(page, [echoItem(page, customer, message)]))
    expect(echo({ mid: 'm_ours', text: 'x', metadata: ourId })).toMatchObject([
      { kind: 'delivery', messageId: ourId, externalId: 'm_ours', state: 'sent' }
    ])
    expect(echo({ mid: 'm_inbox', text: 'from Meta’s inbox' })).toEqual([])
    expect(echo({ mid: 'm_other', text: 'x', metadata: '{"campaign":1}' })).toEqual([])
  })

  it('is let be where nobody said anything', () => {
    expect(happened({ optin: { type: 'one_time_notif_req' } })).toEqual([])
    expect(happened({ pass_thread_control: { new_owner_app_id: '1' } })).toEqual([])
    expect(
      receive({ object: 'page', entry: [{ id: pageId, standby: [{ message: { mid: 'm' } }] }] })
    ).toEqual([])
  })
})

describe('a comment below a post', () => {
  const person = { id: customer, name: 'Fa\u202etou\n' }
  const change = (message: string, more: Parameters<typeof commentChange>[3]) =>
    receive(changesCall(page, [commentChange(page, person, message, more)]))
  const of = `comment:${pageId}_55`

  it('is a message that everybody reads', () => {
    expect(change('How much?', { id: '55', at })).toEqual([
      {
        kind: 'message',
        address: customer,
        name: 'Fatou',
        externalId: of,
        sentAt: new Date('2026-11-20T10:00:00Z'),
        text: 'How much?',
        public: { kind: 'comment', url: 'https://www.facebook.com/bank/posts/1000' },
        via: messenger.via?.(account())
      }
    ])
  })

  it('carries its picture, and says which comment it answers', () => {
    const more = { photo: 'https://scontent.xx.fbcdn.net/1.jpg', parent_id: `${pageId}_54` }
    expect(change('', { id: '55', more })).toMatchObject([
      { answers: `comment:${pageId}_54`, media: [{ id: 'photo', type: 'image/jpeg', url: more.photo }] }
    ])
  })

  it('shows no page that is none', () => {
    for (const permalink_url of [
      'javascript:alert(1)',
      'no address',
      `https://x.example/${'y'.repeat(3000)}`
    ]) {
      const [event] = change('x', { id: '55', more: { post: { permalink_url } } })
      expect((event as InboundMessage).public).toEqual({ kind: 'comment' })
    }
  })

  it('is changed, taken away or hidden', () => {
    expect(change('How many?', { id: '55', verb: 'edited' })).toMatchObject([
      { kind: 'amendment', address: customer, of, text: 'How many?' }
    ])
    for (const verb of ['remove', 'hide'])
      expect(change('', { id: '55', verb })).toMatchObject([{ kind: 'amendment', of, text: null }])
    expect(change('', { id: '55', verb: 'unhide' })).toEqual([])
  })

  it('is not heard when it is the page’s own, and set aside when nobody wrote it', () => {
    const own = commentChange(page, { id: pageId, name: 'Banque' }, 'Thank you')
    expect(receive(changesCall(page, [own]))).toEqual([])
    const nobody = commentChange(page, person, 'x', { more: { from: undefined } })
    expect(receive(changesCall(page, [nobody]))).toMatchObject([{ kind: 'quarantined' }])
    const others = [
      { field: 'feed', value: { item: 'reaction', verb: 'add' } },
      { field: 'ratings', value: {} }
    ]
    expect(receive(changesCall(page, others))).toEqual([])
  })
})

describe('a batch', () => {
  it('is taken apart in order, with what is broken in it set aside, and each page’s own', () => {
    const other = { ...page, pageId: '999', ownId: '999' }
    const events = receive({
      object: 'page',
      entry: [
        ...messagingCall(page, [messageItem(page, customer, { text: 'a' }), { message: 7 }]).entry,
        ...messagingCall(other, [messageItem(other, customer, { text: 'b' })]).entry
      ]
    })
    expect(events.map(({ kind }) => kind)).toEqual(['message', 'quarantined', 'message'])
    expect(events.map(({ via }) => via === messenger.via?.(account()))).toEqual([true, true, false])
  })
})

describe('what we send', () => {
  const sendNow = async (given: Partial<OutboundMessage>) => {
    const before = pages.handed.length
    const sent = await messenger.send?.(outbound(given), account())
    return { sent, handed: pages.handed.slice(before) }
  }
  const bodies = async (given: Partial<OutboundMessage>) =>
    (await sendNow(given)).handed.map(({ body }) => body)
  const refused = (words: RegExp) => ({ reason: 'refused', message: expect.stringMatching(words) as string })
  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000)

  it('is words, with our id beside them', async () => {
    const { sent, handed } = await sendNow({ text: ' Bonjour ' })
    expect(handed.map(({ path, body }) => [path, body])).toEqual([
      [
        `${pageId}/messages`,
        {
          recipient: { id: customer },
          messaging_type: 'RESPONSE',
          message: { text: 'Bonjour', metadata: ourId }
        }
      ]
    ])
    expect(sent?.externalId).toBe(handed[0]?.id)
  })

  it('is several messages where one does not hold the words', async () => {
    const sent = await bodies({ text: 'word '.repeat(500) })
    expect(sent.map(({ message }) => (message as { text: string }).text.length <= 2000)).toEqual([true, true])
    expect(sent.map(({ message }) => 'metadata' in (message as object))).toEqual([false, true])
  })

  it('is a file after the words, uploaded under a plain name', async () => {
    const attachments = [file('relevé “é”.pdf', 'application/pdf'), file('a.png', 'image/png')]
    const [words, document, picture] = await bodies({ attachments })
    expect(words).toMatchObject({ message: { text: 'Hello' } })
    expect(document).toMatchObject({ message: { attachment: { type: 'file' } } })
    expect(picture).toMatchObject({ message: { attachment: { type: 'image' }, metadata: ourId } })
    const { attachment_id: id } = (
      document as { message: { attachment: { payload: { attachment_id: string } } } }
    ).message.attachment.payload
    expect(pages.files.get(id)?.content).toEqual(Buffer.alloc(10, 1))
  })

  it('leaves nothing when a file is not taken, and repeats nothing when a later part is not', async () => {
    const before = pages.handed.length
    const attachments = [file('a.png', 'image/png')]
    await expect(
      sendNow({ attachments: [file('big.mp4', 'video/mp4', 26 * 1024 * 1024)] })
    ).rejects.toMatchObject(refused(/big\.mp4: Messenger carries files of at most 25 MB/))
    pages.answer({ kind: 'code', code: 100, subcode: 2018047, times: 1 }, '/message_attachments')
    await expect(sendNow({ attachments })).rejects.toMatchObject(refused(/does not take the file/))
    expect(pages.handed).toHaveLength(before)
    pages.answer({ kind: 'code', code: 551, after: 1 }, '/messages')
    const { sent, handed } = await sendNow({ attachments })
    expect(handed).toHaveLength(1)
    expect(sent?.refused).toMatchObject([
      { address: 'a.png', reason: expect.stringMatching(/cannot be reached.*551/) as string }
    ])
  })

  it('offers choices under its last part', async () => {
    const choices = {
      as: 'buttons' as const,
      options: [
        { id: 'choice-1', title: 'Yes' },
        { id: 'choice-2', title: 'On Thursday afternoon' }
      ]
    }
    const [first, last] = await bodies({ choices, attachments: [file('a.png', 'image/png')] })
    expect(first).not.toHaveProperty('message.quick_replies')
    expect(last).toMatchObject({
      message: {
        text: 'Hello',
        quick_replies: [
          { content_type: 'text', title: 'Yes', payload: 'choice-1' },
          { content_type: 'text', title: 'On Thursday afterno…', payload: 'choice-2' }
        ]
      }
    })
    const options = Array.from({ length: 14 }, (_, i) => ({ id: String(i), title: String(i) }))
    await expect(sendNow({ choices: { as: 'buttons', options } })).rejects.toMatchObject(
      refused(/13 choices/)
    )
  })

  it('says within 24 hours that it answers, within 7 days that a person wrote it, and then stays', async () => {
    await hear(daysAgo(2))
    expect(await bodies({ heardAt: daysAgo(2) })).toMatchObject([
      { messaging_type: 'MESSAGE_TAG', tag: 'HUMAN_AGENT' }
    ])
    const before = pages.handed.length
    await expect(sendNow({ heardAt: daysAgo(2), automatic: true })).rejects.toMatchObject(refused(/24 hours/))
    await expect(sendNow({ heardAt: daysAgo(8) })).rejects.toMatchObject(refused(/7 days/))
    expect(pages.handed).toHaveLength(before)
  })

  it('answers a comment where everybody reads it, or the one who wrote it, once', async () => {
    const answers = `comment:${pageId}_77`
    const { sent, handed } = await sendNow({ answers, audience: 'public', text: ' 3 % ' })
    expect(handed).toMatchObject([{ path: `${pageId}_77/comments`, body: { message: '3 %' } }])
    expect(sent).toEqual({ externalId: `comment:${handed[0]?.id ?? ''}` })
    expect(await bodies({ answers, audience: 'private', heardAt: daysAgo(3) })).toMatchObject([
      { recipient: { comment_id: `${pageId}_77` }, messaging_type: 'RESPONSE', message: { text: 'Hello' } }
    ])
    await expect(sendNow({ answers, audience: 'private' })).rejects.toMatchObject(
      refused(/answered in private already.*10900/)
    )
  })

  it('never says to one what was meant for all, nor to all what was meant for one', async () => {
    const before = pages.handed.length
    const wrong: [Partial<OutboundMessage>, RegExp][] = [
      [{ audience: 'public' }, /not known which comment/],
      [{ audience: 'public', answers: 'm_1' }, /no comment/],
      [{ audience: 'private', answers: 'm_1' }, /Only a comment/],
      [{ audience: 'public', answers: 'comment:1', attachments: [file('a.png', 'image/png')] }, /no files/],
      [{ audience: 'private', answers: 'comment:1', text: 'x '.repeat(1500) }, /One message only/],
      [
        { audience: 'private', answers: 'comment:1', attachments: [file('a.png', 'image/png')] },
        /One message only/
      ],
      [{ text: '  ' }, /nothing to send/]
    ]
    for (const [given, words] of wrong) await expect(sendNow(given)).rejects.toMatchObject(refused(words))
    expect(pages.handed).toHaveLength(before)
  })

  it.each([
    ['a limit', { kind: 'limited', seconds: 9 }, { reason: 'rate-limited', retryAfterMs: 9000 }],
    ['too many calls', { kind: 'code', code: 613 }, { reason: 'rate-limited' }],
    ['an outage', { kind: 'down' }, { reason: 'unreachable' }],
    ['an expired token', { kind: 'expired' }, { reason: 'unauthorized' }],
    ['a permission that is missing', { kind: 'code', code: 200 }, { reason: 'unauthorized' }],
    ['a closed window', { kind: 'code', code: 10, subcode: 2018278 }, refused(/24 hours.*7 days/)],
    ['somebody who is gone', { kind: 'code', code: 551 }, refused(/cannot be reached/)],
    ['nobody', { kind: 'code', code: 100, subcode: 2018001 }, refused(/knows nobody/)]
  ] as const)('meets %s', async (_, mood, failure) => {
    pages.answer(mood)
    await expect(sendNow({})).rejects.toMatchObject(failure)
  })
})

describe('what we do with their messages', () => {
  const doNow = async (run: () => Promise<void> | undefined) => {
    const before = pages.handed.length
    await run()
    return pages.handed.slice(before).map(({ body }) => body)
  }

  it('is an emoji on one, and its taking back', async () => {
    const react = (emoji: string, on = 'm_1') =>
      doNow(() => messenger.react?.({ address: customer, on, emoji }, account()))
    expect(await react('👍')).toEqual([
      { recipient: { id: customer }, sender_action: 'react', payload: { message_id: 'm_1', reaction: '👍' } }
    ])
    expect(await react('')).toEqual([
      { recipient: { id: customer }, sender_action: 'unreact', payload: { message_id: 'm_1' } }
    ])
    await expect(react('👍', 'comment:1_2')).rejects.toMatchObject({ reason: 'refused' })
  })

  it('is to show that they were read; comments show no such thing', async () => {
    const read = (externalId: string) =>
      doNow(() => messenger.markRead?.({ address: customer, externalId }, account()))
    expect(await read('m_1')).toEqual([{ recipient: { id: customer }, sender_action: 'mark_seen' }])
    expect(await read('comment:1_2')).toEqual([])
  })
})

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64'
)

describe('a customer’s file', () => {
  const fetchNow = (url: string | undefined, type = 'image/jpeg', name = 'image') =>
    messenger.fetchMedia?.(
      { id: '0', name, type, ...(url !== undefined && { url }) },
      account(),
      AbortSignal.timeout(5000)
    )

  it('is fetched from where Meta said, as what it is', async () => {
    const fetched = await fetchNow(pages.serve(png, 'image/png'))
    expect(fetched).toEqual({ name: 'image.png', type: 'image/png', content: png })
  })

  it('claims nothing when it is not what the message said, and is no picture that acts', async () => {
    for (const type of ['image/svg+xml', 'text/html', 'video/mp4'])
      expect(await fetchNow(pages.serve(Buffer.from('<svg/>'), type))).toMatchObject({
        name: 'image',
        type: 'application/octet-stream'
      })
    const svg = pages.serve(Buffer.from('<svg/>'), 'image/svg+xml')
    expect(await fetchNow(svg, 'application/octet-stream', 'x.svg')).toMatchObject({
      type: 'application/octet-stream'
    })
  })

  it('is not taken when it is too large, or gone', async () => {
    const large = pages.serve(Buffer.alloc(26 * 1024 * 1024), 'video/mp4')
    await expect(fetchNow(large, 'video/mp4')).rejects.toMatchObject({ reason: 'refused' })
    await expect(fetchNow(`${pages.url}/cdn/404/x`)).rejects.toMatchObject({ reason: 'refused' })
    await expect(fetchNow(undefined)).rejects.toMatchObject({ reason: 'refused' })
  })

  it.each([
    'http://169.254.169.254/latest/meta-data',
    'https://127.0.0.1/x',
    'http://localhost:6379/',
    'https://[::1]/x',
    'https://user@scontent.xx.fbcdn.net/x',
    'file:///etc/passwd',
    'no address'
  ])('is not looked for at %s', async (url) => {
    await expect(fetchNow(url)).rejects.toMatchObject({ reason: 'refused' })
  })
})

describe('a person', () => {
  const look = (address = customer) => messenger.profile?.(address, account(), AbortSignal.timeout(5000))

  it('is shown with name and picture', async () => {
    pages.people.set(customer, { name: 'Fa\u202etou Sow', picture: pages.serve(png, 'image/png') })
    expect(await look()).toEqual({
      name: 'Fatou Sow',
      picture: { name: 'picture.png', type: 'image/png', content: png }
    })
  })

  it('has no picture that acts, that is inside our own network, or too large', async () => {
    for (const picture of [
      pages.serve(Buffer.from('<svg/>'), 'image/svg+xml'),
      'http://169.254.169.254/latest',
      pages.serve(Buffer.alloc(3 * 1024 * 1024), 'image/png')
    ]) {
      pages.people.set(customer, { name: 'Fatou', picture })
      expect(await look()).toEqual({ name: 'Fatou' })
    }
  })

  it('is nobody to us who did not agree, or is no person', async () => {
    expect(await look('7199')).toBeNull()
    pages.answer({ kind: 'down' })
    // Nobody is asked.
    expect(await look('../me')).toBeNull()
  })

  it('is asked for again when Meta is away', async () => {
    pages.answer({ kind: 'down' })
    await expect(look()).rejects.toMatchObject({ reason: 'unreachable' })
  })
})

describe('the token', () => {
  const check = () => messenger.check?.(account(), AbortSignal.timeout(5000))
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000)

  it('is spoken of two weeks before it ends', async () => {
    expect(await check()).toEqual({ detail: '', expiresAt: null })
    page.expiresAt = inDays(60)
    expect(await check()).toMatchObject({ detail: '' })
    page.expiresAt = inDays(10)
    const day = inDays(10).toISOString().slice(0, 10)
    expect(await check()).toMatchObject({ detail: expect.stringContaining(day) as string })
    delete page.expiresAt
  })

  it('is told apart from an outage', async () => {
    pages.answer({ kind: 'expired' })
    await expect(check()).rejects.toMatchObject({ reason: 'unauthorized' })
    pages.answer({ kind: 'down' })
    await expect(check()).rejects.toMatchObject({ reason: 'unreachable' })
  })
})

describe('testing an account', () => {
  const stepsOf = async (settings: Partial<MessengerSettings> = {}) => {
    const { ok, steps } = await test(account(settings), AbortSignal.timeout(5000))
    return { ok, names: steps.map(({ name }) => name), failed: steps.filter((step) => !step.ok) }
  }

  it('goes through every step when all is well', async () => {
    expect(await stepsOf()).toEqual({
      ok: true,
      names: ['Access token', 'Facebook page', 'App secret', 'Page', 'Webhook'],
      failed: []
    })
  })

  it('names what is wrong', async () => {
    expect((await stepsOf({ accessToken: 'wrong' })).names).toEqual(['Access token'])
    expect((await stepsOf({ appSecret: 'another secret of theirs' })).failed[0]?.name).toBe('App secret')
    expect((await stepsOf({ pageId: '55555' })).failed[0]?.name).toBe('Facebook page')
    page.tokenType = 'SYSTEM_USER'
    expect((await stepsOf()).failed[0]?.detail).toMatch(/not of the page/)
    delete page.tokenType
    pages.subscribe(['messages', 'feed'])
    const { failed } = await stepsOf()
    pages.subscribe(null)
    expect(failed.map(({ name }) => name)).toEqual(['Page', 'Webhook'])
    expect(failed[0]?.detail).toMatch(/message_reads/)
  })
})
