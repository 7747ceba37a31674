import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Interaction } from '@palabre/config/contract/interaction'
import type { Message as MessageWire } from '@palabre/config/contract/message'
import { checkAccounts } from '@palabre/hub/accounts/check'
import { Interaction as InteractionModel } from '@palabre/hub/interactions/interaction.model'
import { Message } from '@palabre/hub/messages/message.model'
import { startGraph, type Graph, type GraphMessage } from '../simulators/graph/graph.ts'
import {
  callOf,
  messageChange,
  metaJson,
  newWamid,
  post,
  signatureOf,
  statusChange,
  type GraphNumber,
  type Sent
} from '../simulators/graph/webhooks.ts'
import { Person, clientId, eventually, openHouse, type Answer, type House } from './house.ts'
import { recordNamed } from './people.ts'

const number: GraphNumber = {
  phoneNumberId: '106540352242922',
  wabaId: '102290129340398',
  display: '221338890000',
  accessToken: 'access-of-the-first-number',
  appSecret: 'secret of the app 0123456789'
}
const second: GraphNumber = { ...number, phoneNumberId: '206540352242922', display: '221338890001' }
const verifyToken = 'words that were agreed on'

let house: House
let graph: Graph
let admin: Person
let awa: Person
let boris: Person
let accountId: string
let secondId: string
let hook: string

const settingsOf = ({ phoneNumberId, wabaId, accessToken, appSecret }: GraphNumber) => ({
  phoneNumberId,
  wabaId,
  accessToken,
  appSecret,
  verifyToken,
  graphUrl: graph.url
})

beforeAll(async () => {
  house = await openHouse()
  graph = await startGraph([number, second])
  admin = await Person.signIn(house.url, 'admin')
  awa = await Person.signIn(house.url, 'awa')
  boris = await Person.signIn(house.url, 'boris')
  const connect = async (one: GraphNumber, queue: string) => {
    const { status, body } = await admin.post('/api/accounts', {
      channel: 'whatsapp',
      name: `WhatsApp ${one.display}`,
      queueId: (await recordNamed(admin, '/api/queues', queue)).id,
      settings: settingsOf(one)
    })
    if (status !== 200) throw new Error(JSON.stringify(body))
    return body.id as string
  }
  accountId = await connect(number, 'Loans')
  secondId = await connect(second, 'Loans')
  hook = `${house.url}/hooks/${accountId}`
  graph.hook(hook)
  await awa.ready()
  await boris.ready()
}, 60_000)

afterEach(() => graph.answer({ kind: 'normal' }))
afterAll(async () => {
  await graph.stop()
  await house.stop()
}, 60_000)

const says = (body: string): Sent => ({ type: 'text', text: { body } })
let people = 0
/** Somebody who has not written before. */
const stranger = () => `22177${String(5_000_000 + ++people)}`

const messagesOf = async ({ conversationId }: Pick<Interaction, 'conversationId'>) =>
  (await boris.get(`/api/conversations/${conversationId}/messages`)).body.items as MessageWire[]
const messageOf = async (work: Interaction, id: string) =>
  (await messagesOf(work)).find((message) => message.id === id)

/** A new customer's matter, in the hands of the agent who knows about loans. */
async function matter(words: string, from = stranger()): Promise<Interaction> {
  expect((await graph.write(number, from, says(words))).status).toBe(200)
  return boris.accept(await boris.offer(words))
}
async function answer(work: Interaction, text: string, more: object = {}): Promise<MessageWire> {
  const { status, body } = await boris.post(`/api/interactions/${work.id}/messages`, {
    clientId: clientId(),
    text,
    ...more
  })
  expect(status, JSON.stringify(body)).toBe(200)
  return body as MessageWire
}
const handedOver = (text: string): Promise<GraphMessage> =>
  graph.waitFor(({ body }) => (body['text'] as { body?: string } | undefined)?.body === text)
const untilState = (work: Interaction, id: string, state: string) =>
  eventually(`the message to be ${state}`, async () => {
    const message = await messageOf(work, id)
    return message?.state === state ? message : null
  })
/** Lets the time until the next attempt pass at once. */
async function tryAgain(id: string) {
  await Message.updateOne({ _id: id }, { sendAt: new Date(Date.now() - 1) })
  house.hub.schedule('message.send', { messageId: id }, { key: `${id}-${clientId()}` })
}
const healthOf = async (id = accountId) =>
  ((await admin.get('/api/accounts')).body.items as Answer['body'][]).find((one) => one.id === id).health

describe('a customer on WhatsApp', () => {
  it('is offered to who has the skill, answered, and the answer walks to read', async () => {
    const from = stranger()
    await graph.write(number, from, says('May I borrow for a roof?'), { name: 'Aïssatou' })
    const offered = await boris.offer('borrow for a roof')
    expect(offered).toMatchObject({ channel: 'whatsapp', medium: 'messaging', contactName: 'Aïssatou' })
    expect((await awa.get('/api/inbox')).body.items).toEqual([])
    const work = await boris.accept(offered)
    const { body: contact } = await boris.get(`/api/contacts/${work.contactId}`)
    expect(contact.points).toEqual([{ kind: 'whatsapp', value: from, verified: true }])

    const sent = await answer(work, 'Of how much?')
    const message = await handedOver('Of how much?')
    expect(message).toMatchObject({ to: from, type: 'text' })
    await untilState(work, sent.id, 'sent')
    for (const state of ['delivered', 'read']) {
      expect((await graph.tell(number, message, state)).status).toBe(200)
      await untilState(work, sent.id, state)
    }
    await graph.tell(number, message, 'delivered')
    expect((await messageOf(work, sent.id))?.state).toBe('read')
    expect(await healthOf()).toMatchObject({ state: 'up' })
    await boris.close(work.id)
  })

  it('is one person, however WhatsApp names their number', async () => {
    const work = await matter('from Brazil', '551187654321')
    await graph.write(number, '5511987654321', says('and again from Brazil'))
    await eventually('both', async () => (await messagesOf(work)).length === 2)
    await answer(work, 'Olá')
    expect((await handedOver('Olá')).to).toBe('5511987654321')
    await boris.close(work.id)
  })

  it('sends a picture, and gets a file', async () => {
    const from = stranger()
    const work = await matter('see the roof', from)
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64'
    )
    const id = graph.files.keep(png, 'image/png')
    await graph.write(number, from, {
      type: 'image',
      image: { id, mime_type: 'image/png', caption: 'the roof' }
    })
    const shown = await eventually('the picture', async () =>
      (await messagesOf(work)).find(({ attachments }) => attachments.length > 0)
    )
    expect(shown).toMatchObject({ text: 'the roof', attachments: [{ name: 'image.png', type: 'image/png' }] })
    expect(shown.awaited).toBeUndefined()
    const fetched = await fetch(house.url + (shown.attachments[0]?.url ?? ''), { headers: boris.headers })
    expect(Buffer.from(await fetched.arrayBuffer()).equals(png)).toBe(true)

    const form = new FormData()
    form.append('file', new Blob(['sign here']), 'contract.txt')
    const file = (await boris.send('POST', `/api/interactions/${work.id}/attachments`, form)).body
    await answer(work, 'Please sign', { attachmentIds: [file.id] })
    const sent = await graph.waitFor(({ to, type }) => to === from && type === 'document')
    const document = sent.body['document'] as { id: string }
    expect(document).toMatchObject({ filename: 'contract.txt', caption: 'Please sign' })
    expect(graph.files.get(document.id)?.content.toString()).toBe('sign here')
    await boris.close(work.id)
  })

  it('is heard at once while a file of theirs is slow, and told apart from one that cannot be had', async () => {
    const from = stranger()
    graph.answer({ kind: 'down', times: 1 }, '/7')
    const id = graph.files.keep(Buffer.from('OggS voice'), 'audio/ogg')
    await graph.write(number, from, { type: 'audio', audio: { id, mime_type: 'audio/ogg', voice: true } })
    const work = await boris.accept(await boris.offer('voice.ogg'))
    const [first] = await eventually('the trouble', async () => {
      const messages = await messagesOf(work)
      return messages[0]?.failure ? messages : null
    })
    expect(first).toMatchObject({
      attachments: [],
      awaited: [{ name: 'voice.ogg', type: 'audio/ogg' }],
      failure: { reason: expect.stringMatching(/^voice\.ogg: .*503/) as string, temporary: true }
    })
    await Message.updateOne({ _id: first?.id }, { mediaAt: new Date(Date.now() - 1) })
    house.hub.schedule('media.fetch', { messageId: first?.id ?? '' }, { key: clientId() })
    await eventually('the voice', async () => {
      const message = await messageOf(work, first?.id ?? '')
      return message?.attachments.length === 1 && message.failure === null
    })

    await graph.write(number, from, { type: 'document', document: { id: '404', filename: 'gone.pdf' } })
    const gone = await eventually('the loss', async () =>
      (await messagesOf(work)).find(({ failure }) => failure?.reason.startsWith('gone.pdf'))
    )
    expect(gone).toMatchObject({ attachments: [], failure: { temporary: false } })
    expect(gone.awaited).toBeUndefined()
    await boris.close(work.id)
  })

  it('reacts, and sends what nobody knows, and both are seen', async () => {
    const from = stranger()
    const work = await matter('a kind of its own', from)
    await graph.write(number, from, { type: 'reaction', reaction: { message_id: 'wamid.x', emoji: '👍' } })
    await graph.write(number, from, { type: 'hologram', hologram: {} })
    await eventually('three', async () => (await messagesOf(work)).length === 3)
    const [, reaction, unknown] = await messagesOf(work)
    expect(reaction?.text).toContain('👍')
    expect(unknown).toMatchObject({ hasRaw: true, text: expect.stringContaining('hologram') as string })
    expect((await boris.get(`/api/messages/${unknown?.id ?? ''}/raw`)).body).toMatchObject({
      type: 'hologram'
    })
    await boris.close(work.id)
  })
})

describe('a state that comes', () => {
  it('sooner than the answer to the request is kept, and nothing is left to be sent', async () => {
    const work = await matter('about haste')
    graph.answer({ kind: 'late', ms: 1500 }, '/messages')
    const sent = await answer(work, 'hasty')
    const message = await handedOver('hasty')
    await graph.tell(number, message, 'read')
    await untilState(work, sent.id, 'read')
    expect((await Message.findById(sent.id).lean())?.externalId).toBeUndefined()
    await eventually('the note', async () => {
      const doc = await Message.findById(sent.id).lean()
      return doc?.sendAt === null && doc.externalId === message.id
    })
    expect((await messageOf(work, sent.id))?.state).toBe('read')
    await boris.close(work.id)
  })

  it('with an error is a failure in plain words, and can be tried again', async () => {
    const work = await matter('about nobody')
    const sent = await answer(work, 'are you there')
    const message = await handedOver('are you there')
    await untilState(work, sent.id, 'sent')
    await graph.tell(number, message, 'failed', [{ code: 131026, title: 'Message undeliverable' }])
    const failed = await untilState(work, sent.id, 'failed')
    expect(failed.failure).toMatchObject({
      reason: expect.stringContaining('cannot be delivered') as string,
      temporary: false
    })
    const before = graph.messages.length
    expect((await boris.post(`/api/messages/${sent.id}/retry`)).status).toBe(200)
    await untilState(work, sent.id, 'sent')
    expect(graph.messages).toHaveLength(before + 1)
    expect((await healthOf()).state).toBe('up')
    await boris.close(work.id)
  })
})

describe('the far side', () => {
  it('asks for fewer messages, and is given them when it said', async () => {
    const work = await matter('about patience')
    graph.answer({ kind: 'limited', seconds: 40, times: 1 }, '/messages')
    const sent = await answer(work, 'patiently')
    const waiting = await eventually('the wait', async () => {
      const message = await messageOf(work, sent.id)
      return message?.failure ? message : null
    })
    expect(waiting).toMatchObject({ state: 'queued', failure: { temporary: true } })
    const inSeconds = (+new Date(waiting.sendAt ?? 0) - Date.now()) / 1000
    expect(inSeconds).toBeGreaterThan(30)
    expect(inSeconds).toBeLessThanOrEqual(40)
    expect((await healthOf()).state).toBe('up')
    await tryAgain(sent.id)
    await untilState(work, sent.id, 'sent')
    await boris.close(work.id)
  })

  it('does not accept the token: the account is red, the message says why, and both mend', async () => {
    const work = await matter('about tokens')
    graph.answer({ kind: 'expired' })
    const sent = await answer(work, 'with a token')
    const stuck = await eventually('the failure', async () => {
      const message = await messageOf(work, sent.id)
      return message?.failure ? message : null
    })
    expect(stuck.failure?.reason).toContain('The access token has expired. (190)')
    const red = await eventually('red', async () => {
      const health = await healthOf()
      return health.state === 'refused' ? health : null
    })
    expect(red.detail).toContain('expired')
    expect((await healthOf(secondId)).state).not.toBe('refused')
    graph.answer({ kind: 'normal' })
    await tryAgain(sent.id)
    expect((await untilState(work, sent.id, 'sent')).failure).toBeNull()
    await eventually('green', async () => (await healthOf()).state === 'up')
    await boris.close(work.id)
  })
})

describe('looking after accounts', () => {
  it('turns those red whose token is not accepted, and no other', async () => {
    const states = async () => [(await healthOf()).state, (await healthOf(secondId)).state]
    await checkAccounts(house.hub)
    expect(await states()).toEqual(['up', 'up'])
    graph.answer({ kind: 'down' })
    await checkAccounts(house.hub)
    expect(await states()).toEqual(['up', 'up'])
    graph.answer({ kind: 'expired' })
    await checkAccounts(house.hub)
    expect(await states()).toEqual(['refused', 'refused'])
    graph.answer({ kind: 'normal' })
    number.expiresAt = new Date(Date.now() + 86_400_000)
    await checkAccounts(house.hub)
    delete number.expiresAt
    const { state, detail } = await healthOf()
    expect([state, detail]).toEqual(['up', expect.stringContaining('expires on') as string])
  })
})

describe('the 24 hours', () => {
  const longAgo = new Date(Date.now() - 25 * 3_600_000)

  it('are over: free words are refused before they leave', async () => {
    const from = stranger()
    await graph.write(number, from, says('I wrote yesterday'), { at: longAgo })
    const work = await boris.accept(await boris.offer('wrote yesterday'))
    const before = graph.messages.length
    const { body } = await boris.post(`/api/interactions/${work.id}/messages`, {
      clientId: clientId(),
      text: 'too late'
    })
    expect(body).toMatchObject({
      error: 'not-deliverable',
      detail: expect.stringMatching(/more than 24 hours.*template/) as string
    })
    await graph.write(number, from, says('I am back'))
    await eventually('both', async () => (await messagesOf(work)).length === 2)
    await answer(work, 'in time again')
    await handedOver('in time again')
    expect(graph.messages).toHaveLength(before + 1)
    await boris.close(work.id)
  })

  it('end before a message that leaves later does', async () => {
    const work = await matter('answer me in two days')
    const later = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()
    const send = (hours: number) =>
      boris.post(`/api/interactions/${work.id}/messages`, {
        clientId: clientId(),
        text: 'later',
        sendAt: later(hours)
      })
    expect((await send(48)).body.error).toBe('not-deliverable')
    const { body } = await send(20)
    expect(body.state).toBe('scheduled')
    await Message.updateMany({ conversationId: work.conversationId, kind: 'in' }, { sentAt: longAgo })
    await tryAgain(body.id)
    const failed = await untilState(work, body.id, 'failed')
    expect(failed.failure?.reason).toMatch(/24 hours.*template/)
    await boris.close(work.id)
  })

  it('are told to administration with the channel', async () => {
    const { body } = await admin.get('/api/channels')
    const kind = (body.items as Answer['body'][]).find(({ name }) => name === 'whatsapp')
    expect(kind).toMatchObject({ testable: true, abilities: { window: { seconds: 86_400 } } })
  })
})

describe('the webhook', () => {
  const raw = (url: string, init: RequestInit) => fetch(url, { method: 'POST', ...init })
  const call = () =>
    metaJson(callOf(number, [messageChange(number, stranger(), says('never taken / jamais prêté'))]))

  it('takes nothing that is not signed, or not over these bytes', async () => {
    const body = call()
    const right = signatureOf(body, number.appSecret)
    const refused: [string, string, string | null][] = [
      ['no signature', body, null],
      ['a wrong one', body, signatureOf(body, 'another secret')],
      ['a right one over a changed body', body.replace('never', 'NEVER'), right],
      ['one over JSON written anew', JSON.stringify(JSON.parse(body)), right],
      ['SHA-1', body, 'sha1=00']
    ]
    for (const [what, sent, signature] of refused) {
      const answered = await raw(hook, {
        body: sent,
        headers: {
          'content-type': 'application/json',
          ...(signature && { 'x-hub-signature-256': signature })
        }
      })
      expect(answered.status, what).toBe(401)
    }
    expect(await Message.countDocuments({ text: /never taken/i })).toBe(0)
  })

  it('reads no large body of a stranger, and none that is too large of anybody', async () => {
    const large = Buffer.alloc(2 * 1024 * 1024, 32)
    expect((await raw(hook, { body: large })).status).toBe(401)
    const huge = ' '.repeat(3 * 1024 * 1024 + 1)
    const signed = { 'x-hub-signature-256': signatureOf(huge, number.appSecret) }
    expect((await raw(hook, { body: huge, headers: signed })).status).toBe(413)
  })

  it('is nowhere for accounts that are not there, are of another channel, or paused', async () => {
    const headers = { 'x-hub-signature-256': signatureOf('{}', number.appSecret) }
    const others = (await admin.get('/api/accounts')).body.items as Answer['body'][]
    for (const id of ['f'.repeat(24), 'nobody', others.find(({ channel }) => channel === 'chat').id])
      expect((await raw(`${house.url}/hooks/${String(id)}`, { body: '{}', headers })).status).toBe(404)
    const pause = async (paused: boolean) => {
      const { version } = others.find(({ id }) => id === secondId)
      const now = ((await admin.get('/api/accounts')).body.items as Answer['body'][]).find(
        ({ id }) => id === secondId
      )
      expect(version).toBeLessThanOrEqual(now.version)
      await admin.send('PATCH', `/api/accounts/${secondId}`, { version: now.version, change: { paused } })
    }
    await pause(true)
    expect((await raw(`${house.url}/hooks/${secondId}`, { body: '{}', headers })).status).toBe(404)
    await pause(false)
    expect((await raw(`${house.url}/hooks/${secondId}`, { body: '{}', headers })).status).toBe(200)
  })

  it('answers the question whether it is ours, to who knows the words', async () => {
    const ask = (token: string) =>
      fetch(
        `${hook}?${new URLSearchParams({ 'hub.mode': 'subscribe', 'hub.verify_token': token, 'hub.challenge': '1158201444' }).toString()}`
      )
    const right = await ask(verifyToken)
    expect([right.status, await right.text()]).toEqual([200, '1158201444'])
    expect((await ask('guessed')).status).toBe(401)
    expect((await fetch(hook)).status).toBe(401)
  })

  it('serves every number of its app, and no number of another', async () => {
    const words = 'for the second number'
    const from = stranger()
    await post(hook, callOf(second, [messageChange(second, from, says(words))]), number.appSecret)
    expect(String((await Message.findOne({ text: words }).lean())?.accountId)).toBe(secondId)
    const foreign = { ...number, phoneNumberId: '999999999999', appSecret: number.appSecret }
    const unknown = callOf(foreign, [messageChange(foreign, from, says('for nobody'))])
    expect((await post(hook, unknown, number.appSecret)).status).toBe(200)
    expect(await Message.countDocuments({ text: 'for nobody' })).toBe(0)
    await boris.close((await boris.accept(await boris.offer(words))).id)
  })

  it('lets nobody write to a number of one app with the secret of another', async () => {
    const { body: account } = await admin.post('/api/accounts', {
      channel: 'whatsapp',
      name: 'Another app',
      queueId: (await recordNamed(admin, '/api/queues', 'Loans')).id,
      settings: {
        ...settingsOf(number),
        phoneNumberId: '306540352242922',
        appSecret: 'secret of another app 1'
      }
    })
    const forged = callOf(number, [messageChange(number, stranger(), says('across apps'))])
    const { status } = await post(
      `${house.url}/hooks/${String(account.id)}`,
      forged,
      'secret of another app 1'
    )
    expect(status).toBe(200)
    expect(await Message.countDocuments({ text: 'across apps' })).toBe(0)
  })

  it('refuses to be set up without an app secret', async () => {
    const { appSecret: _, ...settings } = settingsOf(number)
    const { body } = await admin.post('/api/accounts', {
      channel: 'whatsapp',
      name: 'Unproved',
      queueId: (await recordNamed(admin, '/api/queues', 'Loans')).id,
      settings
    })
    expect(body.error).toBe('invalid-input')
    const tested = await admin.post('/api/accounts/test', { channel: 'whatsapp', accountId })
    expect(tested.body.ok, JSON.stringify(tested.body)).toBe(true)
  })

  it('sets aside what it cannot read, and takes the rest of the batch', async () => {
    const words = 'beside a broken one'
    const broken = {
      field: 'messages',
      value: { metadata: { phone_number_id: number.phoneNumberId }, messages: [7] }
    }
    const from = stranger()
    const batch = callOf(number, [broken, messageChange(number, from, says(words))])
    for (let i = 0; i < 2; i++) expect((await post(hook, batch, number.appSecret)).status).toBe(200)
    const kept = (await admin.get('/api/quarantine')).body.items as { reason: string }[]
    expect(kept.filter(({ reason }) => reason.includes('not the form'))).toHaveLength(1)
    await boris.close((await boris.accept(await boris.offer(words))).id)
  })

  it('stores a storm exactly once: 200 events, 30 % of them twice, in any order, among states of nothing of ours', async () => {
    const callers = Array.from({ length: 20 }, stranger)
    const changes = Array.from({ length: 200 }, (_, i) =>
      i % 10 === 9
        ? statusChange(number, { id: newWamid(), status: 'delivered', recipient_id: callers[0]! })
        : messageChange(number, callers[i % callers.length]!, says(`storm ${String(i)}`))
    )
    const twice = [...changes, ...changes.filter((_, i) => i % 10 < 3)]
    // The same disorder in every run.
    const order = twice.map((change, i) => ({ change, key: (i * 7919) % 1009 })).sort((a, b) => a.key - b.key)
    const calls: object[] = []
    for (let i = 0; i < order.length; i += 3)
      calls.push(
        callOf(
          number,
          order.slice(i, i + 3).map(({ change }) => change)
        )
      )
    const answers = await Promise.all(calls.map((one) => post(hook, one, number.appSecret)))
    expect(answers.every(({ status }) => status === 200)).toBe(true)

    const stored = await Message.find({ text: /^storm \d+$/ }).lean()
    expect(stored.map(({ text }) => text).sort()).toEqual(
      Array.from({ length: 200 }, (_, i) => `storm ${String(i)}`)
        .filter((_, i) => i % 10 !== 9)
        .sort()
    )
    const homes = await InteractionModel.find({ address: { $in: callers } }).lean()
    // Every tenth caller only appears in states.
    expect(homes).toHaveLength(new Set(stored.map(({ address }) => address)).size)
    expect(stored.every(({ interactionId }) => homes.some(({ _id }) => _id.equals(interactionId!)))).toBe(
      true
    )
  }, 30_000)
})
