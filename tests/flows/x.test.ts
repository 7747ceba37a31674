import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Account, Listening } from '@palabre/channels/channel'
import { x as channel } from '@palabre/channels/x/index'
import type { XAccount } from '@palabre/channels/x/settings'
import type { Interaction } from '@palabre/config/contract/interaction'
import type { Message as MessageWire } from '@palabre/config/contract/message'
import { ChannelAccountModel, openAccount, type AccountDoc } from '@palabre/hub/accounts/account.model'
import { receive } from '@palabre/hub/conversations/receive'
import { Message } from '@palabre/hub/messages/message.model'
import { listenToAccounts } from '@palabre/workers/listeners/listen'
import {
  deletedCall,
  messageCall,
  messageEnvelope,
  post,
  postCall,
  readCall,
  signatureOf,
  xJson
} from '../simulators/x/webhooks.ts'
import { startX, type X } from '../simulators/x/x.ts'
import type { XMessage, XOwner, XPerson } from '../simulators/x/world.ts'
import { Person, clientId, eventually, openHouse, type Answer, type House } from './house.ts'
import { recordNamed } from './people.ts'

const app = {
  consumerKey: 'key-of-the-app',
  consumerSecret: 'secret-of-the-app-0123456789',
  bearerToken: 'AAAA-bearer-of-the-app'
}
/** Told by webhook. */
const bank: XOwner = {
  id: '4337869213',
  name: 'Banque du Fleuve',
  username: 'banquedufleuve',
  accessToken: '4337869213-access',
  accessTokenSecret: 'half-of-the-first',
  ...app
}
/** Asked for what is new. */
const loans: XOwner = {
  id: '4337869299',
  name: 'Fleuve Crédit',
  username: 'fleuvecredit',
  accessToken: '4337869299-access',
  accessTokenSecret: 'half-of-the-second',
  ...app
}

let house: House
let far: X
let admin: Person
let boris: Person
let bankId: string
let loansId: string
let hook: string
let listeners: { stop(): Promise<void> }

const settingsOf = ({ id: _, name: __, username: ___, ...keys }: XOwner) => ({
  ...keys,
  knowsCost: true,
  apiUrl: far.url
})

async function connect(owner: XOwner, more: object): Promise<string> {
  const { status, body } = await admin.post('/api/accounts', {
    channel: 'x',
    name: `X @${owner.username}`,
    queueId: (await recordNamed(admin, '/api/queues', 'Loans')).id,
    settings: { ...settingsOf(owner), ...more }
  })
  if (status !== 200) throw new Error(JSON.stringify(body))
  return body.id as string
}

beforeAll(async () => {
  house = await openHouse()
  far = await startX([bank, loans])
  admin = await Person.signIn(house.url, 'admin')
  boris = await Person.signIn(house.url, 'boris')
  bankId = await connect(bank, { inbound: 'webhook' })
  loansId = await connect(loans, { inbound: 'polling', pollSeconds: 1 })
  hook = `${house.url}/hooks/${bankId}`
  far.webhooks = [{ id: '1146654567674912769', url: `https://palabre.example/hooks/${bankId}`, valid: true }]
  listeners = listenToAccounts(house.hub)
  // Without a socket an agent counts as gone after half a minute.
  await boris.listen()
  await boris.atDesk()
}, 60_000)

afterEach(() => {
  far.answer({ kind: 'normal' })
  far.windows.clear()
})
afterAll(async () => {
  boris.leave()
  await listeners.stop()
  await far.stop()
  await house.stop()
}, 60_000)

const messagesOf = async ({ conversationId }: Pick<Interaction, 'conversationId'>) =>
  (await boris.get(`/api/conversations/${conversationId}/messages`)).body.items as MessageWire[]
const messageOf = async (work: Interaction, id: string) =>
  (await messagesOf(work)).find((message) => message.id === id)
const tell = (call: unknown, to = hook) => post(to, call, app.consumerSecret)
const stored = (text: string | RegExp) => Message.countDocuments({ text })

/** A direct message that X tells by webhook. */
async function tellMessage(from: XPerson, text: string, more: Partial<XMessage> = {}): Promise<XMessage> {
  const message = far.world.message(from, bank, text, more)
  expect((await tell(messageCall(far.world, bank, message))).status).toBe(200)
  return message
}
async function matter(text: string, from = far.world.person()): Promise<Interaction> {
  await tellMessage(from, text)
  return boris.accept(await boris.offer(text))
}
/** Somebody speaks to the bank where everybody hears it. */
async function mention(text: string, from = far.world.person('Fatou')) {
  const spoken = far.world.post(from, `@${bank.username} ${text}`)
  expect((await tell(postCall(far.world, bank, spoken))).status).toBe(200)
  return { spoken, work: await boris.accept(await boris.offer(text)) }
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
const handedOver = (text: string) => far.waitFor((sent) => sent.text === text)
const untilState = (work: Interaction, id: string, state: string) =>
  eventually(`the message to be ${state}`, async () => {
    const message = await messageOf(work, id)
    return message?.state === state ? message : null
  })
const untilFailing = (work: Interaction, id: string) =>
  eventually('the failure', async () => {
    const message = await messageOf(work, id)
    return message?.failure ? message : null
  })
/** Lets the time until the next attempt pass at once. */
async function tryAgain(id: string) {
  await Message.updateOne({ _id: id }, { sendAt: new Date(Date.now() - 1) })
  house.hub.schedule('message.send', { messageId: id }, { key: `${id}-${clientId()}` })
}
const healthOf = async (id: string) =>
  ((await admin.get('/api/accounts')).body.items as Answer['body'][]).find((one) => one.id === id).health
const restart = async () => {
  await listeners.stop()
  listeners = listenToAccounts(house.hub)
}

describe('a direct message', () => {
  it('comes by webhook, is answered in private, and is seen to be read', async () => {
    const fatou = far.world.person('Fatou Diop')
    await tellMessage(fatou, 'May I borrow for a roof & a door?')
    const offered = await boris.offer('borrow for a roof')
    expect(offered).toMatchObject({ channel: 'x', medium: 'social', contactName: 'Fatou Diop' })
    const work = await boris.accept(offered)
    const { body: contact } = await boris.get(`/api/contacts/${work.contactId}`)
    expect(contact.points).toMatchObject([{ kind: 'x', value: fatou.id }])

    const sent = await answer(work, 'Of how much? Combien & où <là> ?')
    const message = await handedOver('Of how much? Combien & où <là> ?')
    expect(message).toMatchObject({ kind: 'message', to: fatou.id })
    await untilState(work, sent.id, 'sent')
    expect((await tell(readCall(far.world, bank, fatou.id, message.id))).status).toBe(200)
    await untilState(work, sent.id, 'read')
    await boris.close(work.id)
  })

  it('comes by asking, also with a picture', async () => {
    const moussa = far.world.person('Moussa')
    const file = far.world.file(far.url, 'image/png', png)
    far.world.message(moussa, loans, 'see my roof', { file })
    const work = await boris.accept(await boris.offer('see my roof'))
    expect(work).toMatchObject({ contactName: 'Moussa' })
    const shown = await eventually('the picture', async () =>
      (await messagesOf(work)).find(({ attachments }) => attachments.length > 0)
    )
    expect(shown).toMatchObject({ text: 'see my roof', attachments: [{ name: 'image.jpg' }] })
    const fetched = await fetch(house.url + (shown.attachments[0]?.url ?? ''), { headers: boris.headers })
    expect(Buffer.from(await fetched.arrayBuffer()).equals(png)).toBe(true)

    const form = new FormData()
    form.append('file', new Blob([new Uint8Array(png)], { type: 'image/png' }), 'plan.png')
    const { id } = (await boris.send('POST', `/api/interactions/${work.id}/attachments`, form)).body
    await answer(work, 'our plan', { attachmentIds: [id] })
    const sent = await handedOver('our plan')
    const upload = far.uploads.get(sent.mediaIds[0] ?? '')
    expect(upload).toMatchObject({ category: 'dm_image', type: 'image/png' })
    expect(Buffer.concat(upload?.pieces ?? []).equals(png)).toBe(true)
    expect(await healthOf(loansId)).toMatchObject({ state: 'up' })
    await boris.close(work.id)
  })

  it('is shown once, whether it was told, told by the newer API, or found by asking', async () => {
    const person = far.world.person()
    const message = await tellMessage(person, 'told three times')
    const work = await boris.accept(await boris.offer('told three times'))
    expect((await tell(messageEnvelope(far.world, bank, message))).status).toBe(200)
    await restart()
    far.world.message(person, bank, 'found afterwards')
    await restart()
    await eventually('what was found', async () => (await messagesOf(work)).length === 2)
    expect(await stored('told three times')).toBe(1)
    await boris.close(work.id)
  })

  it('of ours, however it comes back, is nobody’s work', async () => {
    const work = await matter('about echoes')
    await answer(work, 'an echo')
    const { id } = await handedOver('an echo')
    const own = far.world.messages.find((message) => message.id === id)
    await tell(messageCall(far.world, bank, own!))
    far.world.message(far.world.person(), bank, 'found after the echo')
    await restart()
    await boris.close((await boris.accept(await boris.offer('found after the echo'))).id)
    expect(await Message.countDocuments({ text: 'an echo', kind: 'in' })).toBe(0)
    await boris.close(work.id)
  })

  it('is not possible to who takes none, and the agent reads why', async () => {
    const shy = far.world.person('Shy', { isClosed: true })
    const work = await matter('I take no messages', shy)
    const sent = await answer(work, 'may we')
    expect((await untilState(work, sent.id, 'failed')).failure).toMatchObject({
      reason: expect.stringContaining('takes no direct messages') as string,
      temporary: false
    })
    await boris.close(work.id)
  })
})

describe('a mention', () => {
  it('is seen to be public, and answered where everybody reads it', async () => {
    const { spoken, work } = await mention('my card is stuck')
    const [first] = await messagesOf(work)
    expect(first).toMatchObject({
      public: { kind: 'mention', url: expect.stringContaining(`/status/${spoken.id}`) as string }
    })
    const sent = await answer(work, 'We look into it')
    expect(await handedOver('We look into it')).toMatchObject({ kind: 'post', to: spoken.id })
    expect(await untilState(work, sent.id, 'sent')).toMatchObject({
      audience: 'public',
      answersId: first?.id
    })
    await boris.close(work.id)
  })

  it('is answered in private where the agent wants that', async () => {
    const fatou = far.world.person('Fatou')
    const { work } = await mention('my balance is wrong', fatou)
    await answer(work, 'Your balance is 12', { audience: 'private' })
    expect(await handedOver('Your balance is 12')).toMatchObject({ kind: 'message', to: fatou.id })
    // The same person, now in private: what follows is private without being asked.
    await tellMessage(fatou, 'thank you, here')
    await eventually('both', async () => (await messagesOf(work)).length === 3)
    await answer(work, 'You are welcome')
    expect(await handedOver('You are welcome')).toMatchObject({ kind: 'message', to: fatou.id })
    await boris.close(work.id)
  })

  it('comes by asking as well', async () => {
    const spoken = far.world.post(far.world.person('Awa'), `hello @${loans.username}, a loan?`)
    const work = await boris.accept(await boris.offer('a loan?'))
    await answer(work, 'Gladly')
    expect(await handedOver('Gladly')).toMatchObject({ kind: 'post', to: spoken.id })
    await boris.close(work.id)
  })

  it('takes no answer that is too long or was given before, and says so', async () => {
    const { work } = await mention('a long question')
    const long = await answer(work, '日'.repeat(141))
    expect((await untilState(work, long.id, 'failed')).failure?.reason).toContain('this one has 282')
    await answer(work, 'The same again')
    await handedOver('The same again')
    const twice = await answer(work, 'The same again')
    expect((await untilState(work, twice.id, 'failed')).failure?.reason).toContain('already posted')
    await boris.close(work.id)
  })

  it('that is edited and then taken back is seen to be', async () => {
    const { spoken, work } = await mention('at nine')
    const edited = far.world.edit(spoken, `@${bank.username} at ten`)
    for (let i = 0; i < 2; i++) await tell(postCall(far.world, bank, edited))
    const [first, ...others] = await eventually('the change', async () => {
      const all = await messagesOf(work)
      return all[0]?.amended === 'edited' ? all : null
    })
    expect(first?.text).toBe(`@${bank.username} at ten`)
    expect(others).toEqual([])
    await tell(deletedCall(bank, spoken))
    await eventually('the removal', async () => (await messagesOf(work))[0]?.amended === 'removed')
    await boris.close(work.id)
  })
})

describe('an outage', () => {
  it('of X loses nothing and doubles nothing, and what was missed comes in its order', async () => {
    far.answer({ kind: 'down' }, '/2/')
    await eventually('down', async () => (await healthOf(loansId)).state === 'down')
    const person = far.world.person('Patient')
    for (let i = 0; i < 30; i++) far.world.message(person, loans, `missed ${String(i)}`)
    await restart()
    far.answer({ kind: 'normal' })
    await eventually('all of it', async () => (await stored(/^missed \d+$/)) === 30, 20_000)
    const work = await boris.accept(await boris.offer('missed'))
    expect((await messagesOf(work)).map(({ text }) => text)).toEqual(
      Array.from({ length: 30 }, (_, i) => `missed ${String(i)}`)
    )
    await eventually('up', async () => (await healthOf(loansId)).state === 'up')
    await boris.close(work.id)
  }, 40_000)

  it('of ours is made good at the next start, also where X tells', async () => {
    await listeners.stop()
    far.world.message(far.world.person(), bank, 'told to nobody')
    far.world.post(far.world.person(), `@${bank.username} said to nobody`)
    listeners = listenToAccounts(house.hub)
    for (const words of ['told to nobody', 'said to nobody'])
      await boris.close((await boris.accept(await boris.offer(words))).id)
  }, 20_000)

  it('between the report and the position has no effect but a repeat', async () => {
    await listeners.stop()
    const doc = (await ChannelAccountModel.findById(loansId).lean()) as AccountDoc
    const killed = new AbortController()
    far.world.message(far.world.person(), loans, 'reported, not noted')
    let reports = 0
    const listening: Listening = {
      account: openAccount(house.hub, doc) as Account,
      report: async (event) => {
        const outcome = await receive(house.hub, loansId, event)
        if (event.kind === 'message' && event.text === 'reported, not noted') reports++
        return outcome
      },
      cursor: {
        load: () => Promise.resolve(doc.cursor),
        // The position that is known is written again; a new one never comes to be.
        save: (next) =>
          JSON.stringify(next) === JSON.stringify(doc.cursor) ? Promise.resolve() : new Promise(() => {})
      },
      health: () => {},
      pairing: () => {},
      keep: { load: () => Promise.resolve(null), save: () => Promise.resolve() },
      signal: killed.signal
    }
    const ended = channel.listen?.({ ...listening, account: listening.account as XAccount })
    await eventually('the report', () => reports === 1)
    killed.abort()
    await ended
    expect(((await ChannelAccountModel.findById(loansId).lean()) as AccountDoc).cursor).toEqual(doc.cursor)

    listeners = listenToAccounts(house.hub)
    far.world.message(far.world.person(), loans, 'after the kill')
    await eventually('what came after', async () => (await stored('after the kill')) === 1)
    await eventually('the position', async () => {
      const { cursor } = (await ChannelAccountModel.findById(loansId).lean()) as AccountDoc
      return JSON.stringify(cursor) !== JSON.stringify(doc.cursor)
    })
    expect(await stored('reported, not noted')).toBe(1)
    for (const words of ['reported, not noted', 'after the kill'])
      await boris.close((await boris.accept(await boris.offer(words))).id)
  }, 20_000)
})

describe('a limit of X’s', () => {
  it('is kept to the second: nothing is asked too soon, the account stays up and says why', async () => {
    far.windows.set('GET /2/dm_events', 1, 2)
    const noted = await eventually('the note', async () => {
      const health = await healthOf(loansId)
      return health.detail !== '' ? health : null
    })
    expect(noted).toMatchObject({
      state: 'up',
      detail: expect.stringMatching(/X allows the next question .* UTC/) as string
    })
    far.world.message(far.world.person(), loans, 'while it waits')
    await boris.close((await boris.accept(await boris.offer('while it waits'))).id)
    expect(far.windows.tooMany).toBe(0)
  }, 20_000)

  it('on answers is waited for, and is no fault of the account', async () => {
    const work = await matter('about patience')
    far.answer({ kind: 'limited', seconds: 2, times: 1 }, '/messages')
    const sent = await answer(work, 'patiently')
    const waiting = await untilFailing(work, sent.id)
    expect(waiting).toMatchObject({ state: 'queued', failure: { temporary: true } })
    const before = far.asked.length
    await tryAgain(sent.id)
    await eventually('the second refusal', async () =>
      (await messageOf(work, sent.id))?.failure?.reason.includes('allows the next')
    )
    expect(far.asked.slice(before).some(({ endpoint }) => endpoint.includes('messages'))).toBe(false)
    await new Promise((resolve) => setTimeout(resolve, 3000))
    await tryAgain(sent.id)
    await untilState(work, sent.id, 'sent')
    expect((await healthOf(bankId)).state).toBe('up')
    await boris.close(work.id)
  }, 20_000)
})

describe('keys', () => {
  it('that were taken back while an answer left: the account is red, the message says why, and both mend', async () => {
    const work = await matter('about keys')
    far.answer({ kind: 'revoked' })
    const sent = await answer(work, 'with keys')
    const stuck = await untilFailing(work, sent.id)
    expect(stuck.failure?.reason).toContain('revoked')
    const red = await eventually('red', async () => {
      const health = await healthOf(bankId)
      return health.state === 'refused' ? health : null
    })
    expect(red.detail).toContain('access token')
    far.answer({ kind: 'normal' })
    await tryAgain(sent.id)
    expect((await untilState(work, sent.id, 'sent')).failure).toBeNull()
    await restart()
    await eventually('green', async () => (await healthOf(bankId)).state === 'up')
    await boris.close(work.id)
  }, 20_000)
})

describe('the webhook', () => {
  const raw = (init: RequestInit, to = hook) => fetch(to, { method: 'POST', ...init })
  const call = () =>
    xJson(
      messageCall(
        far.world,
        bank,
        far.world.message(far.world.person(), loans, 'never taken / jamais prêté', { to: bank.id })
      )
    )

  it('takes nothing that is not signed, or not over these bytes', async () => {
    const body = call()
    far.world.messages.pop()
    const right = signatureOf(body, app.consumerSecret)
    const refused: [string, string, string | null][] = [
      ['no signature', body, null],
      ['a wrong one', body, signatureOf(body, 'another secret')],
      ['a right one over a changed body', body.replace('never', 'NEVER'), right],
      ['one over JSON written anew', JSON.stringify(JSON.parse(body)), right]
    ]
    for (const [what, sent, signature] of refused) {
      const answered = await raw({
        body: sent,
        headers: {
          'content-type': 'application/json',
          ...(signature && { 'x-twitter-webhooks-signature': signature })
        }
      })
      expect(answered.status, what).toBe(401)
    }
    expect((await raw({ body: Buffer.alloc(2 * 1024 * 1024, 32) })).status).toBe(401)
    expect(await stored(/never taken/i)).toBe(0)
  })

  it('is not moved by a call that is played again', async () => {
    const person = far.world.person()
    const message = await tellMessage(person, 'played again')
    const work = await boris.accept(await boris.offer('played again'))
    for (let i = 0; i < 3; i++) expect((await tell(messageCall(far.world, bank, message))).status).toBe(200)
    expect(await stored('played again')).toBe(1)
    expect(await messagesOf(work)).toHaveLength(1)
    await boris.close(work.id)
  })

  it('proves itself to X in JSON, and signs no call for a stranger', async () => {
    const token = '9b4507b3-9040-4669-9ca3-6b94edb50553'
    const proof = await fetch(`${hook}?crc_token=${token}`)
    expect(proof.headers.get('content-type')).toMatch(/^application\/json/)
    expect(await proof.json()).toEqual({ response_token: signatureOf(token, app.consumerSecret) })
    const forged = encodeURIComponent('{"for_user_id":"4337869213","direct_message_events":[]}')
    for (const query of [`?crc_token=${forged}`, '', '?crc_token=', `?crc_token=${token}&crc_token=${token}`])
      expect((await fetch(hook + query)).status, query).toBe(401)
  })

  it('serves every account of its app, and none of another', async () => {
    const person = far.world.person()
    const message = far.world.message(person, loans, 'for the second account')
    await tell(messageCall(far.world, loans, message))
    expect(String((await Message.findOne({ text: message.text }).lean())?.accountId)).toBe(loansId)
    const foreign = far.world.message(person, { id: '99' }, 'for nobody')
    expect((await tell(messageCall(far.world, { id: '99' }, foreign))).status).toBe(200)
    expect(await stored('for nobody')).toBe(0)
    await boris.close((await boris.accept(await boris.offer('for the second account'))).id)

    const other = await connect(
      { ...loans, accessToken: '555-access', consumerSecret: 'secret-of-another-app-1' },
      { inbound: 'webhook', takeMessages: false, takeMentions: false }
    )
    const across = messageCall(
      far.world,
      bank,
      far.world.message(person, { id: '98' }, 'across apps', { to: bank.id })
    )
    far.world.messages.pop()
    expect((await post(`${house.url}/hooks/${other}`, across, 'secret-of-another-app-1')).status).toBe(200)
    expect(await stored('across apps')).toBe(0)
  })

  it('sets aside what it cannot read, and takes the rest of the call', async () => {
    const message = far.world.message(far.world.person(), bank, 'beside a broken one')
    const whole = messageCall(far.world, bank, message)
    const broken = { ...whole, direct_message_events: [7, ...whole.direct_message_events] }
    for (let i = 0; i < 2; i++) expect((await tell(broken)).status).toBe(200)
    const kept = (await admin.get('/api/quarantine')).body.items as { reason: string }[]
    expect(kept.filter(({ reason }) => reason.includes('direct message has not the form'))).toHaveLength(1)
    await boris.close((await boris.accept(await boris.offer('beside a broken one'))).id)
  })

  it('shows no name that deceives', async () => {
    const name = '\u202eDnoB semaJ\u0000<script>alert(1)</script>\n' + 'x'.repeat(9000)
    await tellMessage(far.world.person(name), 'a hostile name')
    const offered = await boris.offer('a hostile name')
    expect(offered.contactName).toMatch(/^DnoB semaJ<script>alert\(1\)<\/script> x+$/)
    expect(offered.contactName.length).toBeLessThanOrEqual(120)
    await boris.close((await boris.accept(offered)).id)
  })
})

describe('an account whose costs nobody has accepted', () => {
  it('asks nothing, takes nothing, and says why', async () => {
    const owner = { ...loans, accessToken: '777-access' }
    const id = await connect(owner, { knowsCost: false })
    const red = await eventually('the reason', async () => {
      const health = await healthOf(id)
      return health.state === 'refused' ? health : null
    })
    expect(red.detail).toContain('charges')
    expect((await tell({ for_user_id: '777' }, `${house.url}/hooks/${id}`)).status).toBe(401)
    const tested = await admin.post('/api/accounts/test', { channel: 'x', accountId: id })
    expect(tested.body).toMatchObject({ ok: false, steps: [{ name: 'Costs', ok: false }] })
    expect(far.unproved).toEqual([])
  })

  it('is tried out like any other once they are', async () => {
    const tested = await admin.post('/api/accounts/test', { channel: 'x', accountId: bankId })
    expect(tested.body.ok, JSON.stringify(tested.body)).toBe(true)
  })
})

describe('every question', () => {
  it('was signed', () => {
    expect(far.asked.length).toBeGreaterThan(50)
    expect(far.unproved).toEqual([])
  })
})

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64'
)
