import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Interaction } from '@palabre/config/contract/interaction'
import type { Message as MessageWire } from '@palabre/config/contract/message'
import { Interaction as InteractionModel } from '@palabre/hub/interactions/interaction.model'
import { Message } from '@palabre/hub/messages/message.model'
import {
  changesCall,
  commentChange,
  echoItem,
  messageItem,
  messagingCall,
  messagingOf,
  newMid,
  type SimulatedPage
} from '../simulators/graph/page-webhooks.ts'
import { startPages, type Handed, type Pages } from '../simulators/graph/pages.ts'
import { metaJson, post, signatureOf } from '../simulators/graph/webhooks.ts'
import { Person, clientId, eventually, openHouse, type Answer, type House } from './house.ts'
import { recordNamed } from './people.ts'

const page: SimulatedPage = {
  platform: 'messenger',
  pageId: '682498171943165',
  ownId: '682498171943165',
  appId: '4400',
  accessToken: 'access-of-the-first-page',
  appSecret: 'secret of the app 0123456789'
}
const second: SimulatedPage = {
  ...page,
  pageId: '782498171943165',
  ownId: '782498171943165',
  accessToken: 'access-of-the-second-page'
}

let house: House
let pages: Pages
let admin: Person
let boris: Person
let accountId: string
let secondId: string
let hook: string

beforeAll(async () => {
  house = await openHouse()
  pages = await startPages([page, second])
  admin = await Person.signIn(house.url, 'admin')
  boris = await Person.signIn(house.url, 'boris')
  const connect = async ({ pageId, accessToken, appSecret }: SimulatedPage) => {
    const { status, body } = await admin.post('/api/accounts', {
      channel: 'messenger',
      name: `Page ${pageId}`,
      queueId: (await recordNamed(admin, '/api/queues', 'Loans')).id,
      settings: { pageId, accessToken, appSecret, verifyToken: 'words agreed on', graphUrl: pages.url }
    })
    if (status !== 200) throw new Error(JSON.stringify(body))
    return body.id as string
  }
  accountId = await connect(page)
  secondId = await connect(second)
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
const stranger = () => `71${String(70_000_000_000_000 + ++people)}`

const messagesOf = async ({ conversationId }: Pick<Interaction, 'conversationId'>) =>
  (await boris.get(`/api/conversations/${conversationId}/messages`)).body.items as MessageWire[]
const messageWhere = (work: Interaction, what: string, fits: (message: MessageWire) => boolean) =>
  eventually(what, async () => (await messagesOf(work)).find(fits))
const untilState = (work: Interaction, id: string, state: string) =>
  messageWhere(work, `the message to be ${state}`, (message) => message.id === id && message.state === state)

/** A new customer's matter, in the hands of the agent who knows about loans. */
async function matter(text: string, from = stranger(), more: { at?: Date } = {}): Promise<Interaction> {
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
async function tryAgain(id: string) {
  await Message.updateOne({ _id: id }, { sendAt: new Date(Date.now() - 1) })
  house.hub.schedule('message.send', { messageId: id }, { key: `${id}-${clientId()}` })
}
const healthOf = async (id: string) =>
  ((await admin.get('/api/accounts')).body.items as Answer['body'][]).find((one) => one.id === id).health
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000)

describe('a customer on Messenger', () => {
  it('is offered to who has the skill, answered, and the answer walks to read', async () => {
    const from = stranger()
    const work = await matter('May I borrow for a roof?', from)
    expect(work).toMatchObject({ channel: 'messenger', medium: 'messaging' })
    const { body: contact } = await boris.get(`/api/contacts/${work.contactId}`)
    expect(contact.points).toEqual([{ kind: 'psid', value: from, verified: true }])

    const sent = await answer(work, 'Of how much?')
    const { id: mid, body } = await handedOver('Of how much?')
    expect(body).toMatchObject({ recipient: { id: from }, messaging_type: 'RESPONSE' })
    await untilState(work, sent.id, 'sent')
    const delivery = { delivery: { mids: [mid], watermark: Date.now() } }
    expect((await pages.happen(page, messagingOf(page, from, delivery))).status).toBe(200)
    await untilState(work, sent.id, 'delivered')
    const read = { read: { watermark: Date.now() + 1000 } }
    await pages.happen(page, messagingOf(page, from, read))
    await untilState(work, sent.id, 'read')
    await pages.happen(page, messagingOf(page, from, delivery))
    expect((await messagesOf(work)).find(({ id }) => id === sent.id)?.state).toBe('read')
    await boris.close(work.id)
  })

  it('reacts, changes their words, and sees that they were read', async () => {
    const from = stranger()
    const mid = newMid()
    await pages.write(page, from, { text: 'at nine' }, { mid })
    const work = await boris.accept(await boris.offer('at nine'))
    await pages.write(page, from, { text: 'in the morning' })
    await messageWhere(work, 'the second', ({ text }) => text === 'in the morning')
    expect((await boris.post(`/api/interactions/${work.id}/read`)).status).toBe(200)
    const seen = await pages.waitFor(({ body }) => body['sender_action'] === 'mark_seen')
    expect(seen.body).toMatchObject({ recipient: { id: from } })
    await answer(work, 'Fine')
    const { id: ours } = await handedOver('Fine')
    await eventually('its id', async () => Message.exists({ externalId: ours }))
    const reaction = (more: object) =>
      pages.happen(page, messagingOf(page, from, { reaction: { mid: ours, reaction: 'love', ...more } }))
    await reaction({ action: 'react', emoji: '❤️' })
    await messageWhere(work, 'the reaction', ({ reactions }) => reactions?.[0]?.emoji === '❤️')
    await pages.happen(page, messagingOf(page, from, { message_edit: { mid, text: 'at ten', num_edit: 1 } }))
    await messageWhere(work, 'the change', ({ text, amended }) => text === 'at ten' && amended === 'edited')

    const theirs = await messageWhere(work, 'theirs', ({ text }) => text === 'at ten')
    expect((await boris.send('PUT', `/api/messages/${theirs.id}/reaction`, { emoji: '👍' })).status).toBe(200)
    await pages.waitFor(({ body }) => body['sender_action'] === 'react')
    await boris.close(work.id)
  })

  it('is given choices, and taps one', async () => {
    const from = stranger()
    const work = await matter('when are you open', from)
    await answer(work, 'When?', {
      choices: { as: 'buttons', options: [{ title: 'Monday' }, { title: 'Friday' }] }
    })
    const { body } = await handedOver('When?')
    const { quick_replies: replies } = body['message'] as {
      quick_replies: { title: string; payload: string }[]
    }
    expect(replies.map(({ title }) => title)).toEqual(['Monday', 'Friday'])
    await pages.write(page, from, { text: 'Friday', quick_reply: { payload: replies[1]?.payload } })
    await messageWhere(work, 'the choice', ({ text }) => text === 'Friday')
    expect(await Message.exists({ text: 'Friday', chosen: 'choice-2' })).not.toBeNull()
    const list = { as: 'list', button: 'See', options: [{ title: 'a' }] }
    expect((await tryAnswer(work, 'a list', { choices: list })).body.error).toBe('not-deliverable')
    await boris.close(work.id)
  })

  it('sends a picture, and gets a file', async () => {
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64'
    )
    const from = stranger()
    const work = await matter('see the roof', from)
    const image = (url: string) => ({ attachments: [{ type: 'image', payload: { url } }] })
    await pages.write(page, from, image(pages.serve(png, 'image/png')))
    const shown = await messageWhere(work, 'the picture', ({ attachments }) => attachments.length > 0)
    expect(shown.attachments).toMatchObject([{ name: 'image.png', type: 'image/png' }])
    expect(JSON.stringify(shown)).not.toContain('/cdn/')
    const fetched = await fetch(house.url + (shown.attachments[0]?.url ?? ''), { headers: boris.headers })
    expect(Buffer.from(await fetched.arrayBuffer()).equals(png)).toBe(true)

    const form = new FormData()
    form.append('file', new Blob(['sign here']), 'contract.txt')
    const file = (await boris.send('POST', `/api/interactions/${work.id}/attachments`, form)).body
    await answer(work, '', { attachmentIds: [file.id] })
    const { body } = await pages.waitFor(
      ({ body }) => 'attachment' in ((body['message'] as object | null) ?? {})
    )
    const { attachment } = body['message'] as { attachment: { payload: { attachment_id: string } } }
    expect(pages.files.get(attachment.payload.attachment_id)?.content.toString()).toBe('sign here')
    await boris.close(work.id)
  })

  it('cannot make us show what acts, or fetch what is ours', async () => {
    const from = stranger()
    const work = await matter('hostile files', from)
    const send = (url: string) =>
      pages.write(page, from, { attachments: [{ type: 'image', payload: { url } }] })
    await send(pages.serve(Buffer.from('<svg onload="alert(1)"/>'), 'image/svg+xml'))
    const svg = await messageWhere(work, 'the picture that acts', ({ attachments }) => attachments.length > 0)
    expect(svg.attachments[0]?.type).toBe('application/octet-stream')
    const shown = await fetch(house.url + (svg.attachments[0]?.url ?? ''), { headers: boris.headers })
    expect(shown.headers.get('content-disposition')).toMatch(/^attachment/)
    for (const url of [
      'http://169.254.169.254/latest/meta-data',
      `${house.url}/api/me`,
      'file:///etc/passwd'
    ]) {
      const before = (await messagesOf(work)).filter(({ failure }) => failure !== null).length
      await send(url)
      const failed = await eventually(`the refusal of ${url}`, async () => {
        const all = (await messagesOf(work)).filter(({ failure }) => failure !== null)
        return all.length > before ? all.at(-1) : null
      })
      expect(failed).toMatchObject({ attachments: [], failure: { temporary: false } })
    }
    await boris.close(work.id)
  })
})

describe('a comment below a post', () => {
  const comment = (from: string, text: string, more?: Parameters<typeof commentChange>[3]) =>
    pages.change(page, commentChange(page, { id: from, name: 'Fatou\u202e Sow' }, text, more))

  it('is answered where everybody reads it, then in private, once', async () => {
    const from = stranger()
    expect((await comment(from, 'How much is a loan?', { id: '4401' })).status).toBe(200)
    const offered = await boris.offer('How much is a loan')
    expect(offered.contactName).toBe('Fatou Sow')
    const work = await boris.accept(offered)
    const [theirs] = await messagesOf(work)
    expect(theirs).toMatchObject({
      public: { kind: 'comment', url: 'https://www.facebook.com/bank/posts/1000' }
    })

    const open = await answer(work, 'From 3 % on')
    expect(open.audience).toBe('public')
    const { path } = await handedOver('From 3 % on')
    expect(path).toBe(`${page.pageId}_4401/comments`)
    await untilState(work, open.id, 'sent')

    const whispered = await answer(work, 'Yours would be 2 %', { answersId: theirs?.id, audience: 'private' })
    const { body } = await handedOver('Yours would be 2 %')
    expect(body).toMatchObject({ recipient: { comment_id: `${page.pageId}_4401` } })
    await untilState(work, whispered.id, 'sent')
    const again = await answer(work, 'Do you read this?', { answersId: theirs?.id, audience: 'private' })
    const failed = await untilState(work, again.id, 'failed')
    expect(failed.failure?.reason).toMatch(/answered in private already/)
    expect((await healthOf(accountId)).state).toBe('up')

    await pages.write(page, from, { text: 'I do' })
    await messageWhere(work, 'the answer', ({ text }) => text === 'I do')
    const direct = await answer(work, 'Good')
    expect(direct.audience).toBeUndefined()
    expect((await handedOver('Good')).body).toMatchObject({ recipient: { id: from } })
    await boris.close(work.id)
  })

  it('is changed, then hidden, and what it said stays', async () => {
    const from = stranger()
    await comment(from, 'Thieves', { id: '4402' })
    const work = await boris.accept(await boris.offer('Thieves'))
    await comment(from, 'Dear thieves', { id: '4402', verb: 'edited' })
    await messageWhere(
      work,
      'the change',
      ({ text, amended }) => text === 'Dear thieves' && amended === 'edited'
    )
    await comment(from, '', { id: '4402', verb: 'hide' })
    await messageWhere(
      work,
      'the hiding',
      ({ text, amended }) => text === 'Dear thieves' && amended === 'removed'
    )
    expect(await messagesOf(work)).toHaveLength(1)
    await boris.close(work.id)
  })
})

describe('the window', () => {
  it('is 24 hours for an answer, and 7 days for what a person writes', async () => {
    const work = await matter('I wrote two days ago', stranger(), { at: daysAgo(2) })
    const sent = await answer(work, 'Sorry for the wait')
    expect((await handedOver('Sorry for the wait')).body).toMatchObject({
      messaging_type: 'MESSAGE_TAG',
      tag: 'HUMAN_AGENT'
    })
    await untilState(work, sent.id, 'sent')
    await Message.updateMany({ conversationId: work.conversationId, kind: 'in' }, { sentAt: daysAgo(8) })
    const before = pages.handed.length
    expect((await tryAnswer(work, 'too late')).body).toMatchObject({
      error: 'not-deliverable',
      detail: expect.stringContaining('168 hours') as string
    })
    expect(pages.handed).toHaveLength(before)
    await boris.close(work.id)
  })

  it('is shut for what the hub writes by itself after 24 hours', async () => {
    const work = await matter('I wrote long before', stranger(), { at: daysAgo(2) })
    const sent = await answer(work, 'by itself', { sendAt: new Date(Date.now() + 3_600_000).toISOString() })
    await Message.updateOne({ _id: sent.id }, { automatic: 'auto-reply' })
    await tryAgain(sent.id)
    const failed = await untilState(work, sent.id, 'failed')
    expect(failed.failure?.reason).toMatch(/24 hours/)
    await boris.close(work.id)
  })

  it('is told in plain words when Meta sees it otherwise, and the account stays as it is', async () => {
    const work = await matter('about clocks')
    pages.answer({ kind: 'code', code: 10, subcode: 2018278, status: 403 }, '/messages')
    const sent = await answer(work, 'in time, I think')
    const failed = await untilState(work, sent.id, 'failed')
    expect(failed.failure?.reason).toMatch(/24 hours.*7 days.*\(10\)/)
    expect((await healthOf(accountId)).state).toBe('up')
    await boris.close(work.id)
  })
})

describe('a token', () => {
  it('that expires while a message leaves turns its account red, and both mend', async () => {
    const work = await matter('about tokens')
    const form = new FormData()
    form.append('file', new Blob(['sign here']), 'contract.txt')
    const file = (await boris.send('POST', `/api/interactions/${work.id}/attachments`, form)).body
    // The file is taken; by the time of the words the token has expired.
    pages.answer({ kind: 'expired', after: 1 })
    const before = pages.handed.length
    const sent = await answer(work, 'with a token', { attachmentIds: [file.id] })
    const stuck = await messageWhere(
      work,
      'the failure',
      ({ id, failure }) => id === sent.id && failure !== null
    )
    expect(stuck).toMatchObject({
      failure: {
        reason: expect.stringContaining('The access token has expired. (190)') as string,
        temporary: true
      }
    })
    await eventually('red', async () => (await healthOf(accountId)).state === 'refused')
    expect((await healthOf(secondId)).state).not.toBe('refused')
    expect(pages.handed).toHaveLength(before)
    pages.answer({ kind: 'normal' })
    await tryAgain(sent.id)
    await untilState(work, sent.id, 'sent')
    await eventually('green', async () => (await healthOf(accountId)).state === 'up')
    await boris.close(work.id)
  })
})

describe('an answer of Meta’s that is lost', () => {
  it('is made up for by the echo: nothing is sent twice', async () => {
    const from = stranger()
    const work = await matter('about echoes', from)
    pages.answer({ kind: 'late', ms: 1500 }, '/messages')
    const sent = await answer(work, 'echoing')
    const { id: mid, body } = await handedOver('echoing')
    await pages.happen(page, echoItem(page, from, { mid, ...(body['message'] as object) }))
    await untilState(work, sent.id, 'sent')
    await eventually('the note', async () => {
      const doc = await Message.findById(sent.id).lean()
      return doc?.sendAt === null && doc.externalId === mid
    })
    await pages.happen(page, echoItem(page, from, { mid: newMid(), text: 'written in Meta’s inbox' }))
    expect(await messagesOf(work)).toHaveLength(2)
    await boris.close(work.id)
  })
})

describe('the webhook', () => {
  it('takes nothing that is not signed, or not over these bytes', async () => {
    const body = metaJson(
      messagingCall(page, [messageItem(page, stranger(), { text: 'never taken / jamais' })])
    )
    const right = signatureOf(body, page.appSecret)
    const forged: [string, string | null][] = [
      [body, null],
      [body, signatureOf(body, 'another secret of theirs')],
      [body.replace('never', 'NEVER'), right],
      [JSON.stringify(JSON.parse(body)), right]
    ]
    for (const [sent, signature] of forged) {
      const headers = {
        'content-type': 'application/json',
        ...(signature && { 'x-hub-signature-256': signature })
      }
      expect((await fetch(hook, { method: 'POST', body: sent, headers })).status).toBe(401)
    }
    expect(await Message.countDocuments({ text: /never taken/i })).toBe(0)
  })

  it('serves every page of its app, and no page of another', async () => {
    const call = messagingCall(second, [messageItem(second, stranger(), { text: 'for the second page' })])
    expect((await post(hook, call, page.appSecret)).status).toBe(200)
    expect(String((await Message.findOne({ text: 'for the second page' }).lean())?.accountId)).toBe(secondId)
    const foreign = { ...page, pageId: '999999', ownId: '999999' }
    const unknown = messagingCall(foreign, [messageItem(foreign, stranger(), { text: 'for nobody' })])
    expect((await post(hook, unknown, page.appSecret)).status).toBe(200)
    expect(await Message.countDocuments({ text: 'for nobody' })).toBe(0)
    const { body: other } = await admin.post('/api/accounts', {
      channel: 'messenger',
      name: 'Another app',
      queueId: (await recordNamed(admin, '/api/queues', 'Loans')).id,
      settings: {
        pageId: '882498171943165',
        accessToken: 'x',
        appSecret: 'secret of another app 1',
        verifyToken: 'words agreed on',
        graphUrl: pages.url
      }
    })
    const across = messagingCall(page, [messageItem(page, stranger(), { text: 'across apps' })])
    const { status } = await post(`${house.url}/hooks/${String(other.id)}`, across, 'secret of another app 1')
    expect(status).toBe(200)
    expect(await Message.countDocuments({ text: 'across apps' })).toBe(0)
    await boris.close((await boris.accept(await boris.offer('for the second page'))).id)
  })

  it('sets aside what it cannot read, once, and takes the rest of the batch', async () => {
    const call = messagingCall(page, [
      { sender: { id: '<script>' }, message: { mid: 'x', text: 'no id' } },
      messageItem(page, stranger(), { text: 'beside a broken one' })
    ])
    for (let i = 0; i < 2; i++) expect((await post(hook, call, page.appSecret)).status).toBe(200)
    const kept = (await admin.get('/api/quarantine')).body.items as { reason: string }[]
    expect(kept.filter(({ reason }) => reason.includes('form of messaging'))).toHaveLength(1)
    await boris.close((await boris.accept(await boris.offer('beside a broken one'))).id)
  })

  it('is tried by an administrator', async () => {
    const { body } = await admin.post('/api/accounts/test', { channel: 'messenger', accountId })
    expect(body.ok, JSON.stringify(body)).toBe(true)
    const shaken = await fetch(
      `${hook}?${new URLSearchParams({ 'hub.mode': 'subscribe', 'hub.verify_token': 'words agreed on', 'hub.challenge': '77' }).toString()}`
    )
    expect([shaken.status, await shaken.text()]).toEqual([200, '77'])
  })

  it('stores a storm exactly once: 200 events, 30 % of them twice, in any order, among states of nothing of ours', async () => {
    const callers = Array.from({ length: 20 }, stranger)
    const calls = Array.from({ length: 200 }, (_, i) => {
      const from = callers[i % callers.length]!
      const text = `storm ${String(i)}`
      if (i % 10 === 9)
        return messagingCall(page, [
          messagingOf(page, from, { delivery: { mids: [newMid()], watermark: 1 } })
        ])
      if (i % 10 === 7) return changesCall(page, [commentChange(page, { id: from, name: 'Somebody' }, text)])
      return messagingCall(page, [messageItem(page, from, { text })])
    })
    const twice = [...calls, ...calls.filter((_, i) => i % 10 < 3)]
    // The same disorder in every run.
    const order = twice.map((call, i) => ({ call, key: (i * 7919) % 1009 })).sort((a, b) => a.key - b.key)
    const answers = await Promise.all(order.map(({ call }) => post(hook, call, page.appSecret)))
    expect(answers.every(({ status }) => status === 200)).toBe(true)

    const stored = await Message.find({ text: /^storm \d+$/ }).lean()
    const texts = Array.from({ length: 200 }, (_, i) => `storm ${String(i)}`).filter((_, i) => i % 10 !== 9)
    expect(stored.map(({ text }) => text).sort()).toEqual(texts.sort())
    const homes = await InteractionModel.find({ address: { $in: callers } }).lean()
    expect(homes).toHaveLength(new Set(stored.map(({ address }) => address)).size)
    expect(stored.every(({ interactionId }) => homes.some(({ _id }) => _id.equals(interactionId!)))).toBe(
      true
    )
  }, 30_000)
})
