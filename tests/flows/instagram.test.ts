import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Interaction } from '@palabre/config/contract/interaction'
import type { Message as MessageWire } from '@palabre/config/contract/message'
import { Message } from '@palabre/hub/messages/message.model'
import {
  commentChange,
  messageItem,
  messagingCall,
  messagingOf,
  newMid,
  type SimulatedPage
} from '../simulators/graph/page-webhooks.ts'
import { startPages, type Handed, type Pages } from '../simulators/graph/pages.ts'
import { post } from '../simulators/graph/webhooks.ts'
import { Person, clientId, eventually, openHouse, type House } from './house.ts'
import { recordNamed } from './people.ts'

const page: SimulatedPage = {
  platform: 'instagram',
  pageId: '682498171943165',
  ownId: '17841405726653026',
  appId: '4400',
  accessToken: 'access-of-the-page',
  appSecret: 'secret of the app 0123456789'
}
const jpeg = Buffer.from('ffd8ffe000104a46494600010100000100010000ffd9', 'hex')

let house: House
let pages: Pages
let admin: Person
let boris: Person
let accountId: string
let hook: string

beforeAll(async () => {
  house = await openHouse()
  pages = await startPages([page])
  admin = await Person.signIn(house.url, 'admin')
  boris = await Person.signIn(house.url, 'boris')
  const { ownId: instagramId, pageId, accessToken, appSecret } = page
  const { status, body } = await admin.post('/api/accounts', {
    channel: 'instagram',
    name: 'Instagram',
    queueId: (await recordNamed(admin, '/api/queues', 'Loans')).id,
    settings: {
      instagramId,
      pageId,
      accessToken,
      appSecret,
      verifyToken: 'words agreed on',
      graphUrl: pages.url
    }
  })
  if (status !== 200) throw new Error(JSON.stringify(body))
  accountId = body.id as string
  hook = `${house.url}/hooks/${accountId}`
  pages.hook(hook)
  await boris.atDesk()
}, 60_000)

afterEach(async () => {
  pages.answer({ kind: 'normal' })
  // One that fails must not keep the places that the next ones need.
  const { items } = (await boris.get('/api/inbox')).body as { items: Interaction[] }
  for (const { id, state } of items) if (state === 'active') await boris.close(id)
})
afterAll(async () => {
  await pages.stop()
  await house.stop()
}, 60_000)

let people = 0
/** Somebody who has not written before. */
const stranger = () => `61${String(70_000_000_000_000 + ++people)}`

const messagesOf = async ({ conversationId }: Pick<Interaction, 'conversationId'>) =>
  (await boris.get(`/api/conversations/${conversationId}/messages`)).body.items as MessageWire[]
const messageWhere = (work: Interaction, what: string, fits: (message: MessageWire) => boolean) =>
  eventually(what, async () => (await messagesOf(work)).find(fits))
const untilState = (work: Interaction, id: string, state: string) =>
  messageWhere(work, `the message to be ${state}`, (message) => message.id === id && message.state === state)

async function matter(text: string, from = stranger(), more: { at?: Date; mid?: string } = {}) {
  expect((await pages.write(page, from, { text }, more)).status).toBe(200)
  return boris.accept(await boris.offer(text))
}
const tryAnswer = (work: Interaction, text: string, more: object = {}) =>
  boris.post(`/api/interactions/${work.id}/messages`, { clientId: clientId(), text, ...more })
async function answer(work: Interaction, text: string, more: object = {}): Promise<MessageWire> {
  const { status, body } = await tryAnswer(work, text, more)
  expect(status, JSON.stringify(body)).toBe(200)
  return body as MessageWire
}
const wordsOf = ({ body }: Handed) =>
  (body['message'] as { text?: string } | undefined)?.text ?? body['message']
const handedOver = (text: string) => pages.waitFor((one) => wordsOf(one) === text)
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000)

describe('a customer on Instagram', () => {
  it('is offered to who has the skill, answered, and the answer is seen', async () => {
    const from = stranger()
    const work = await matter('May I borrow for a roof?', from)
    expect(work).toMatchObject({ channel: 'instagram', medium: 'messaging' })
    const { body: contact } = await boris.get(`/api/contacts/${work.contactId}`)
    expect(contact.points).toEqual([{ kind: 'igsid', value: from, verified: true }])
    const first = await answer(work, 'Of how much?')
    const last = await answer(work, 'And for how long?')
    const { id: mid } = await handedOver('And for how long?')
    for (const { id } of [first, last]) await untilState(work, id, 'sent')
    const seen = messagingOf(page, from, { read: { mid } }, new Date(Date.now() + 1000))
    expect((await pages.happen(page, seen)).status).toBe(200)
    for (const { id } of [first, last]) await untilState(work, id, 'read')
    await boris.close(work.id)
  })

  it('writes about a story, which is shown beside the words', async () => {
    const from = stranger()
    const story = (id: string) => ({ id, url: pages.serve(jpeg, 'image/jpeg') })
    await pages.write(page, from, { text: 'How much is it?', reply_to: { story: story('1') } })
    const work = await boris.accept(await boris.offer('How much is it'))
    const reply = await messageWhere(work, 'the story', ({ attachments }) => attachments.length > 0)
    expect(reply).toMatchObject({
      text: '(reply to your story)\nHow much is it?',
      attachments: [{ name: 'story.jpg', type: 'image/jpeg' }]
    })
    expect(reply.public).toBeUndefined()
    const payload = { url: pages.serve(jpeg, 'image/jpeg') }
    await pages.write(page, from, { attachments: [{ type: 'story_mention', payload }] })
    const mention = await messageWhere(work, 'the mention', ({ text, attachments }) =>
      text.includes('mentioned you in their story') ? attachments.length > 0 : false
    )
    expect(mention.public).toBeUndefined()
    await pages.write(page, from, {
      attachments: [{ type: 'story_mention', payload: { url: `${pages.url}/cdn/404/gone` } }]
    })
    const gone = await messageWhere(work, 'the story that is gone', ({ failure }) => failure !== null)
    expect(gone).toMatchObject({ attachments: [], failure: { temporary: false } })
    await boris.close(work.id)
  })

  it('takes back what they wrote, and it stays readable', async () => {
    const from = stranger()
    const mid = newMid()
    const work = await matter('in anger', from, { mid })
    await pages.happen(page, messagingOf(page, from, { message: { mid, is_deleted: true } }))
    await messageWhere(
      work,
      'the taking back',
      ({ text, amended }) => text === 'in anger' && amended === 'removed'
    )
    await boris.close(work.id)
  })

  it('reads long words whole, though Instagram carries few bytes at once', async () => {
    const work = await matter('tell me all')
    const words = 'Crédit à la rénovation énergétique. '.repeat(27).trim()
    const before = pages.handed.length
    const sent = await answer(work, words)
    await untilState(work, sent.id, 'sent')
    const told = pages.handed.slice(before).map(wordsOf)
    expect(told).toHaveLength(2)
    expect(told.join(' ')).toBe(words)
    expect((await tryAnswer(work, 'x'.repeat(1001))).body.error).toBe('not-deliverable')
    await boris.close(work.id)
  })
})

describe('what is said in public', () => {
  it('is a comment: answered below it, and to its writer alone', async () => {
    const from = stranger()
    const change = commentChange(page, { id: from, name: 'fatou_s' }, 'How much is a loan?', {
      id: '1790001'
    })
    expect((await pages.change(page, change)).status).toBe(200)
    const offered = await boris.offer('How much is a loan')
    expect(offered.contactName).toBe('fatou_s')
    const work = await boris.accept(offered)
    const [theirs] = await messagesOf(work)
    expect(theirs?.public).toEqual({ kind: 'comment' })
    await answer(work, 'From 3 % on')
    expect((await handedOver('From 3 % on')).path).toBe('1790001/replies')
    const whispered = await answer(work, 'For you 2 %', { answersId: theirs?.id, audience: 'private' })
    expect((await handedOver('For you 2 %')).body).toMatchObject({ recipient: { comment_id: '1790001' } })
    await untilState(work, whispered.id, 'sent')
    await boris.close(work.id)
  })

  it('is a mention: its words are fetched, and answered where they stand', async () => {
    await pages.change(page, { field: 'mentions', value: { media_id: '178001', comment_id: '179001' } })
    const work = await boris.accept(await boris.offer('mentioned you in a comment'))
    const mention = await messageWhere(work, 'the words', ({ attachments }) => attachments.length > 0)
    expect(mention.public).toEqual({ kind: 'mention' })
    const words = await fetch(house.url + (mention.attachments[0]?.url ?? ''), { headers: boris.headers })
    expect(await words.text()).toBe('@a_customer\nAsk @banquedufleuve')
    await answer(work, 'Ask away')
    expect(await handedOver('Ask away')).toMatchObject({
      path: `${page.ownId}/mentions`,
      body: { media_id: '178001', comment_id: '179001' }
    })
    await boris.close(work.id)
  })
})

describe('the window', () => {
  it('is 7 days for what a person writes', async () => {
    const work = await matter('I wrote three days ago', stranger(), { at: daysAgo(3) })
    await answer(work, 'Sorry for the wait')
    expect((await handedOver('Sorry for the wait')).body).toMatchObject({ tag: 'HUMAN_AGENT' })
    await Message.updateMany({ conversationId: work.conversationId, kind: 'in' }, { sentAt: daysAgo(8) })
    expect((await tryAnswer(work, 'too late')).body.error).toBe('not-deliverable')
    await boris.close(work.id)
  })
})

describe('the webhook', () => {
  it('takes a call that comes twice once, nothing forged, and nothing for another account', async () => {
    const call = messagingCall(page, [messageItem(page, stranger(), { text: 'only once' })])
    for (let i = 0; i < 3; i++) expect((await post(hook, call, page.appSecret)).status).toBe(200)
    expect(await Message.countDocuments({ text: 'only once' })).toBe(1)
    expect((await post(hook, call, 'the secret of another app')).status).toBe(401)
    const foreign = { ...page, ownId: '17841400000000000' }
    const unknown = messagingCall(foreign, [messageItem(foreign, stranger(), { text: 'for nobody' })])
    expect((await post(hook, unknown, page.appSecret)).status).toBe(200)
    expect(await Message.countDocuments({ text: 'for nobody' })).toBe(0)
    await boris.close((await boris.accept(await boris.offer('only once'))).id)
  })

  it('is tried by an administrator', async () => {
    const { body } = await admin.post('/api/accounts/test', { channel: 'instagram', accountId })
    expect(body.ok, JSON.stringify(body)).toBe(true)
  })
})
