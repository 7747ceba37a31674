import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Alert as AlertWire } from '@palabre/config/contract/alert'
import type { ChannelAccount } from '@palabre/config/contract/account'
import { ChannelAccountModel, type AccountDoc } from '@palabre/hub/accounts/account.model'
import { checkAccounts } from '@palabre/hub/accounts/check'
import { followAccount } from '@palabre/hub/accounts/concerns'
import { noteDeparture, setHealth } from '@palabre/hub/accounts/health'
import { Held } from '@palabre/hub/accounts/held'
import { Alert } from '@palabre/hub/alerts/alert.model'
import { sendAlertMails } from '@palabre/hub/alerts/mail'
import { buildApp } from '@palabre/hub/app'
import { AuditEntry } from '@palabre/hub/audit/audit.model'
import { Conversation } from '@palabre/hub/conversations/conversation.model'
import { Message } from '@palabre/hub/messages/message.model'
import { startGraph, type Graph } from '../simulators/graph/graph.ts'
import {
  callOf,
  messageChange,
  post,
  statusChange,
  type GraphNumber,
  type Sent
} from '../simulators/graph/webhooks.ts'
import { startSmtpSink, type SmtpSink } from '../simulators/mail/smtp-sink.ts'
import { Person, chatAccount, eventually, openHouse, type House } from './house.ts'
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
let sink: SmtpSink
let admin: Person
let supervisor: Person
let boris: Person
let queueId: string
let accountId: string
let secondId: string

const settingsOf = ({ phoneNumberId, wabaId, accessToken, appSecret }: GraphNumber) => ({
  phoneNumberId,
  wabaId,
  accessToken,
  appSecret,
  verifyToken,
  graphUrl: graph.url
})
const connect = async (one: GraphNumber, more: object = {}): Promise<ChannelAccount> => {
  const { status, body } = await admin.post('/api/accounts', {
    channel: 'whatsapp',
    name: `WhatsApp ${one.display}`,
    queueId,
    settings: settingsOf(one),
    ...more
  })
  expect(status, JSON.stringify(body)).toBe(200)
  return body as ChannelAccount
}

beforeAll(async () => {
  house = await openHouse()
  graph = await startGraph([number, second])
  sink = await startSmtpSink()
  admin = await Person.signIn(house.url, 'admin')
  supervisor = await Person.signIn(house.url, 'supervisor')
  boris = await Person.signIn(house.url, 'boris')
  queueId = (await recordNamed(admin, '/api/queues', 'Loans')).id as string
  const mail = (await list()).find(({ channel }) => channel === 'email')!
  const changed = await change(mail.id, {
    settings: { smtpHost: '127.0.0.1', smtpPort: sink.port, smtpSecurity: 'none' }
  })
  expect(changed.status, JSON.stringify(changed.body)).toBe(200)
  accountId = (await connect(number)).id
  secondId = (await connect(second)).id
  await boris.atDesk()
}, 60_000)

afterEach(() => graph.answer({ kind: 'normal' }))
afterAll(async () => {
  await graph.stop()
  await sink.stop()
  await house.stop()
}, 60_000)

const list = async () => (await admin.get('/api/accounts')).body.items as ChannelAccount[]
const account = async (id = accountId) => (await list()).find((one) => one.id === id)!
const docOf = async (id = accountId) => (await ChannelAccountModel.findById(id).lean()) as AccountDoc
const change = async (id: string, given: object) =>
  admin.send('PATCH', `/api/accounts/${id}`, { version: (await account(id)).version, change: given })
const says = (body: string): Sent => ({ type: 'text', text: { body } })
let people = 0
const stranger = () => `22178${String(5_000_000 + ++people)}`
const write = (one: GraphNumber, from: string, words: string, through = accountId) =>
  post(`${house.url}/hooks/${through}`, callOf(one, [messageChange(one, from, says(words))]), one.appSecret)

describe('what comes while an account is paused', () => {
  it('is kept, answered with 200, and becomes work in its order when the account goes on', async () => {
    expect((await change(accountId, { paused: true })).status).toBe(200)
    const from = stranger()
    for (const words of ['first while paused', 'second while paused', 'third while paused'])
      expect((await write(number, from, words)).status).toBe(200)
    expect(await Message.countDocuments({ text: /while paused/ })).toBe(0)
    expect((await account()).held).toBe(3)

    expect((await change(accountId, { paused: false })).body).toMatchObject({ paused: false })
    const work = await boris.accept(await boris.offer('while paused'))
    const { body } = await boris.get(`/api/conversations/${work.conversationId}/messages`)
    expect((body.items as { text: string }[]).map(({ text }) => text)).toEqual([
      'first while paused',
      'second while paused',
      'third while paused'
    ])
    expect((await account()).held).toBe(0)
    await boris.close(work.id)
  })

  it('is kept once, however often the provider repeats it', async () => {
    await change(accountId, { paused: true })
    const call = callOf(number, [messageChange(number, stranger(), says('repeated in the pause'))])
    for (let i = 0; i < 3; i++) await post(`${house.url}/hooks/${accountId}`, call, number.appSecret)
    expect(await Held.countDocuments({})).toBe(1)
    await change(accountId, { paused: false })
    await post(`${house.url}/hooks/${accountId}`, call, number.appSecret)
    expect(await Message.countDocuments({ text: 'repeated in the pause' })).toBe(1)
    await boris.close((await boris.accept(await boris.offer('repeated in the pause'))).id)
  })

  it('holds up no other number that is served by the same address', async () => {
    await change(accountId, { paused: true })
    await write(second, stranger(), 'for the one that runs')
    expect(String((await Message.findOne({ text: 'for the one that runs' }).lean())?.accountId)).toBe(
      secondId
    )
    await change(accountId, { paused: false })
    await change(secondId, { paused: true })
    await write(second, stranger(), 'for the one that is paused')
    expect(await Message.countDocuments({ text: 'for the one that is paused' })).toBe(0)
    expect((await account(secondId)).held).toBe(1)
    await change(secondId, { paused: false })
    for (const words of ['for the one that runs', 'for the one that is paused'])
      await boris.close((await boris.accept(await boris.offer(words))).id)
  })

  it('says at once what became of messages of ours', async () => {
    await write(number, stranger(), 'before the pause')
    const work = await boris.accept(await boris.offer('before the pause'))
    const { body: sent } = await boris.post(`/api/interactions/${work.id}/messages`, {
      clientId: 'before-the-pause-1',
      text: 'an answer before it'
    })
    const handed = await graph.waitFor(
      ({ body }) => (body['text'] as { body?: string } | undefined)?.body === 'an answer before it'
    )
    await change(accountId, { paused: true })
    const status = statusChange(number, {
      id: handed.id,
      status: 'delivered',
      recipient_id: handed.to,
      biz_opaque_callback_data: handed.body['biz_opaque_callback_data']
    })
    await post(`${house.url}/hooks/${accountId}`, callOf(number, [status]), number.appSecret)
    await eventually(
      'it is delivered',
      async () => (await Message.findById(sent.id).lean())?.state === 'delivered'
    )
    await change(accountId, { paused: false })
    await boris.close(work.id)
  })

  it('is found by the check of accounts when a crash came between', async () => {
    await change(accountId, { paused: true })
    await write(number, stranger(), 'left by a crash')
    await ChannelAccountModel.updateOne({ _id: accountId }, { paused: false })
    await checkAccounts(house.hub)
    expect(await Held.countDocuments({})).toBe(0)
    await boris.close((await boris.accept(await boris.offer('left by a crash'))).id)
    // Other tests read the account through its route, which has it in memory as it was.
    await change(accountId, { paused: false })
  })

  it('is refused when nobody has proved it, and nowhere for an archived account', async () => {
    const third = await connect({ ...number, phoneNumberId: '306540352242922' }, { paused: true })
    const forged = await post(
      `${house.url}/hooks/${third.id}`,
      callOf(number, []),
      'another secret 0123456789'
    )
    expect(forged.status).toBe(401)
    await admin.send('DELETE', `/api/accounts/${third.id}`)
    expect((await post(`${house.url}/hooks/${third.id}`, callOf(number, []), number.appSecret)).status).toBe(
      404
    )
  })
})

describe('connecting an account', () => {
  it('tells what each channel needs, in steps, and where its webhook is', async () => {
    const { items } = (await admin.get('/api/channels')).body as { items: { [key: string]: unknown }[] }
    const found = items.find(({ name }) => name === 'whatsapp')
    expect(found).toMatchObject({ sends: true, calls: false, hook: '/hooks/{account}' })
    expect(items.find(({ name }) => name === 'chat')).toMatchObject({ sends: false, hook: null })
    expect(items.find(({ name }) => name === 'voice')).toMatchObject({ sends: false, calls: true })
  })

  it('keeps a paused account with the step it was left at, which hears the provider, until it is finished', async () => {
    const unfinished = await connect(
      { ...number, phoneNumberId: '406540352242922' },
      { name: 'Left half way', paused: true, setupStep: 3 }
    )
    expect(unfinished).toMatchObject({ paused: true, setupStep: 3, health: { hookSeenAt: null } })
    const asked = new URLSearchParams({
      'hub.mode': 'subscribe',
      'hub.verify_token': verifyToken,
      'hub.challenge': '1158201444'
    })
    const answered = await fetch(`${house.url}/hooks/${unfinished.id}?${asked.toString()}`)
    expect([answered.status, await answered.text()]).toEqual([200, '1158201444'])
    await eventually('the call is seen', async () => (await account(unfinished.id)).health.hookSeenAt)
    await change(unfinished.id, { setupStep: 4 })
    expect((await account(unfinished.id)).setupStep).toBe(4)
    const finished = await change(unfinished.id, { setupStep: null, paused: false })
    expect(finished.body).toMatchObject({ setupStep: null, paused: false })
    await admin.send('DELETE', `/api/accounts/${unfinished.id}`)
  }, 20_000)
})

describe('the figures of an account', () => {
  it('count sends and failures of the last hour, and forget what is older', async () => {
    const old = Math.floor((Date.now() - 2 * 3_600_000) / 300_000) * 300_000
    await ChannelAccountModel.updateOne(
      { _id: secondId },
      { $set: { 'traffic.99': { from: new Date(old), sent: 50, failed: 50 } } }
    )
    const doc = await docOf(secondId)
    noteDeparture(house.hub, doc)
    noteDeparture(house.hub, doc)
    noteDeparture(house.hub, doc, true)
    await eventually('they are written', async () => (await account(secondId)).health.sends === 3, 9000)
    noteDeparture(house.hub, doc, true)
    await eventually('they add up', async () => (await account(secondId)).health.sends === 4, 9000)
    expect((await account(secondId)).health).toMatchObject({ sends: 4, failures: 2 })
  }, 25_000)

  it('tell when the credentials end', async () => {
    const ends = new Date(Date.now() + 5 * 86_400_000)
    await ChannelAccountModel.updateOne({ _id: secondId }, { expiresAt: ends })
    expect((await account(secondId)).health.expiresAt).toBe(ends.toISOString())
    // The platform's token does not end: the check says so.
    await checkAccounts(house.hub)
    expect((await account(secondId)).health.expiresAt).toBeNull()
  })
})

describe('moving an account to another queue', () => {
  it('leaves what waits, or takes it along with its age', async () => {
    await boris.send('PUT', '/api/me/presence', { state: 'offline' })
    const mail = (await recordNamed(admin, '/api/queues', 'Mail')).id as string
    await write(second, stranger(), 'waits for a queue')
    expect((await admin.get(`/api/accounts/${secondId}/waiting`)).body).toEqual({ waiting: 1 })
    const find = async () =>
      (await supervisor.get('/api/interactions?text=waits for a queue')).body.items[0] as {
        id: string
        queueId: string
        queuedAt: string
      }
    const before = await eventually('it waits', find)
    const move = async (to: string, waiting: string) =>
      admin.post(`/api/accounts/${secondId}/move`, {
        version: (await account(secondId)).version,
        queueId: to,
        waiting
      })
    expect((await move(mail, 'stay')).body).toMatchObject({ moved: 0, account: { queueId: mail } })
    expect((await find()).queueId).toBe(queueId)
    await move(queueId, 'stay')
    expect((await move(mail, 'move')).body).toMatchObject({ moved: 1 })
    expect(await find()).toMatchObject({ queueId: mail, queuedAt: before.queuedAt })
    const stale = await admin.post(`/api/accounts/${secondId}/move`, { version: 1, queueId, waiting: 'move' })
    expect(stale.body.error).toBe('changed-meanwhile')
    const trail = await eventually('the trail', () =>
      AuditEntry.findOne({ action: 'account.move', subjectId: secondId }).lean()
    )
    expect(trail.actorName).toBeTruthy()
    await move(queueId, 'move')
    await boris.atDesk()
    await boris.close((await boris.accept(await boris.offer('waits for a queue'))).id)
  })
})

describe('a test message', () => {
  const test = (id: string, body: object, by = admin) => by.post(`/api/accounts/${id}/test-message`, body)

  it('leaves through the channel, makes no conversation, and is traced', async () => {
    const mail = (await list()).find(({ channel }) => channel === 'email')!
    const conversations = await Conversation.countDocuments({})
    const { status, body } = await test(mail.id, { to: 'colleague@bank.example' })
    expect(status, JSON.stringify(body)).toBe(200)
    expect(body.externalId).toBeTruthy()
    const taken = await sink.waitFor(({ recipients }) => recipients.includes('colleague@bank.example'))
    expect(taken.parsed.text).toContain(mail.name)
    expect(await Conversation.countDocuments({})).toBe(conversations)
    expect(await AuditEntry.countDocuments({ action: 'account.sendTest', subjectId: mail.id })).toBe(1)
  })

  it('is refused in plain words where the channel may not write first, and taken after somebody wrote', async () => {
    const from = stranger()
    const silent = await test(accountId, { to: from, text: 'hello' })
    expect([silent.status, silent.body.error]).toEqual([422, 'not-deliverable'])
    expect(silent.body.detail).toMatch(/has not written yet: only an approved template/)
    await write(number, from, 'I write first')
    expect((await test(accountId, { to: `+${from}`, text: 'hello after you' })).status).toBe(200)
    expect(await graph.waitFor(({ to }) => to.replace('+', '') === from)).toMatchObject({ type: 'text' })
    await boris.close((await boris.accept(await boris.offer('I write first'))).id)
  })

  it('goes to a stranger as an approved template', async () => {
    graph.templates.create(number.wabaId, {
      name: 'hello_there',
      components: [{ type: 'BODY', text: 'Hello {{1}}, all is well.', example: { body_text: [['Awa']] } }]
    })
    await admin.post(`/api/accounts/${accountId}/templates/sync`)
    const { items } = (await admin.get(`/api/templates?accountId=${accountId}`)).body as {
      items: { id: string; name: string; variables: { key: string }[] }[]
    }
    const template = items.find(({ name }) => name === 'hello_there')!
    const values = Object.fromEntries(template.variables.map(({ key }) => [key, 'Boris']))
    const to = stranger()
    const { status, body } = await test(accountId, { to, template: { templateId: template.id, values } })
    expect(status, JSON.stringify(body)).toBe(200)
    expect(await graph.waitFor((message) => message.to === to)).toMatchObject({ type: 'template' })
  })

  it('says why the provider did not take it, and turns the account red when it was the credentials', async () => {
    const from = stranger()
    await write(number, from, 'write to me then')
    graph.answer({ kind: 'code', code: 131026 }, 'messages')
    const refused = await test(accountId, { to: from, text: 'no' })
    expect([refused.status, refused.body.error]).toEqual([422, 'not-deliverable'])
    expect(refused.body.detail.length).toBeGreaterThan(10)
    expect((await account()).health.state).not.toBe('refused')
    graph.answer({ kind: 'expired' })
    await test(accountId, { to: from, text: 'no' })
    expect((await account()).health.state).toBe('refused')
    graph.answer({ kind: 'normal' })
    await checkAccounts(house.hub)
    expect((await account()).health.state).toBe('up')
    await boris.close((await boris.accept(await boris.offer('write to me then'))).id)
  })

  it('is not for channels that send nothing of themselves, nor for those who may not change accounts', async () => {
    const chat = await test(await chatAccount(house.url), { to: 'somebody' })
    expect(chat.body.error).toBe('not-deliverable')
    for (const person of [supervisor, boris])
      expect((await test(accountId, { to: 'somebody' }, person)).status).toBe(403)
  })

  it('may be sent five times a minute', async () => {
    const limited = await buildApp(house.hub)
    const statuses: number[] = []
    for (let i = 0; i < 6; i++) {
      const { statusCode } = await limited.inject({
        method: 'POST',
        url: `/api/accounts/${await chatAccount(house.url)}/test-message`,
        headers: admin.headers,
        payload: { to: 'somebody' }
      })
      statuses.push(statusCode)
    }
    await limited.close()
    expect(statuses).toEqual([422, 422, 422, 422, 422, 429])
  })
})

describe('an alert', () => {
  const alertsOf = async (id: string, person = admin) =>
    ((await person.get('/api/alerts')).body.items as AlertWire[]).filter(({ subject }) => subject.id === id)
  const mailsTo = (words: RegExp) =>
    sink.mails.filter(
      ({ recipients, parsed }) =>
        recipients.includes('admin@palabre.example') && words.test(parsed.subject ?? '')
    )
  let watched: ChannelAccount
  const refused = async () =>
    setHealth(house.hub, await docOf(watched.id), 'refused', 'The key is <b>wrong</b> $now')
  const up = async () => setHealth(house.hub, await docOf(watched.id), 'up')

  beforeAll(async () => {
    watched = await connect({ ...number, phoneNumberId: '506540352242922' }, { name: 'Watched line' })
    await supervisor.listen(undefined, ['accounts'])
  })
  afterAll(() => supervisor.leave())

  it('is raised once when an account turns red, heard by those who may, and mailed to administrators', async () => {
    await Promise.all([refused(), refused(), refused()])
    const [raised, ...more] = await alertsOf(watched.id)
    expect(more).toEqual([])
    expect(raised).toMatchObject({
      kind: 'account-refused',
      tone: 'danger',
      subject: { noun: 'account', name: 'Watched line' },
      figures: { detail: 'The key is <b>wrong</b> $now' },
      endedAt: null,
      acknowledgedBy: null
    })
    await eventually('it is heard', () =>
      supervisor.heard.find(
        ({ name, payload }) => name === 'alert.changed' && payload.alert.id === raised?.id
      )
    )
    const mail = await sink.waitFor(({ parsed }) =>
      /Watched line: the provider does not take/.test(parsed.subject ?? '')
    )
    expect(mail.recipients).toEqual(['admin@palabre.example'])
    expect(mail.parsed.headers.get('auto-submitted')).toBeTruthy()
    expect(mail.parsed.text).toContain('The key is <b>wrong</b> $now')
    await eventually('it is noted', async () => (await alertsOf(watched.id))[0]?.mailedAt)
  })

  it('is acknowledged by who looks after it, first come, and traced; agents know nothing of it', async () => {
    const [raised] = await alertsOf(watched.id, supervisor)
    const path = `/api/alerts/${raised?.id ?? ''}/acknowledge`
    expect((await boris.get('/api/alerts')).status).toBe(403)
    expect((await boris.post(path)).status).toBe(403)
    const { body } = await supervisor.post(path)
    expect(body.acknowledgedBy.name).toBe(supervisor.me.user.name)
    expect((await admin.post(path)).body.acknowledgedBy.name).toBe(supervisor.me.user.name)
    await eventually('the trail', () =>
      AuditEntry.findOne({ action: 'alert.acknowledge', subjectId: raised?.id ?? '' }).lean()
    )
  })

  it('ends when the account is well again, and that is mailed', async () => {
    await up()
    expect((await alertsOf(watched.id))[0]?.endedAt).toBeTruthy()
    await sink.waitFor(({ parsed }) => /^Palabre: over – Watched line/.test(parsed.subject ?? ''))
    expect(
      (await admin.post(`/api/alerts/${(await alertsOf(watched.id))[0]?.id ?? ''}/acknowledge`)).status
    ).toBe(200)
  })

  it('is not mailed again within the hour, and then only while it lasts', async () => {
    const before = mailsTo(/Watched line/).length
    await refused()
    await up()
    await refused()
    await sendAlertMails(house.hub)
    expect(mailsTo(/Watched line/).length).toBe(before)
    const open = await Alert.findOne({ 'subject.id': (await docOf(watched.id))._id, endedAt: null }).lean()
    expect(open?.mailDueAt?.getTime()).toBeGreaterThan(Date.now() + 3_000_000)
    await Alert.updateOne({ _id: open?._id }, { mailDueAt: new Date() })
    await sendAlertMails(house.hub)
    expect(mailsTo(/Watched line/).length).toBe(before + 1)
    await up()
    await eventually('the end is mailed', () => mailsTo(/over – Watched line/).length === 2)
  })

  it('waits for no mail account, and none is tried for ever', async () => {
    sink.answer({ kind: 'code', code: 550, at: 'rcpt' })
    await Alert.updateMany({ key: /account-refused/ }, { mailedAt: new Date(0) })
    await refused()
    await eventually('an attempt', async () => {
      const open = await Alert.findOne({ endedAt: null, 'subject.id': (await docOf(watched.id))._id }).lean()
      // Before the attempt has failed it is claimed, for longer than the pause after it.
      const waitsMs = (open?.mailDueAt?.getTime() ?? 0) - Date.now()
      return open?.mailAttempts === 1 && waitsMs > 30_000 && waitsMs <= 60_000
    })
    sink.answer({ kind: 'normal' })
    await up()
    const [over] = await alertsOf(watched.id)
    expect(over).toMatchObject({ mailedAt: null })
    expect(over?.endedAt).toBeTruthy()
  })

  it('speaks of credentials a week before they end, and more urgently in the last days', async () => {
    const inDays = async (days: number | null) => {
      const expiresAt = days === null ? null : new Date(Date.now() + days * 86_400_000)
      await ChannelAccountModel.updateOne({ _id: watched.id }, { expiresAt })
      await followAccount(house.hub, await docOf(watched.id))
      return (await alertsOf(watched.id)).find(({ kind, endedAt }) => kind === 'account-expires' && !endedAt)
    }
    expect(await inDays(10)).toBeUndefined()
    expect(await inDays(6)).toMatchObject({ tone: 'warn' })
    expect(await inDays(2)).toMatchObject({ tone: 'danger' })
    expect(await inDays(null)).toBeUndefined()
  })

  it('speaks of a webhook that falls silent only where it was called every day', async () => {
    const day = 86_400_000
    const last = Date.now() - 1.5 * day
    const silent = async (days: number[]) => {
      const today = Math.floor(last / day)
      await ChannelAccountModel.updateOne(
        { _id: watched.id },
        { hookSeenAt: new Date(last), hookDays: days.map((ago) => today - ago) }
      )
      await followAccount(house.hub, await docOf(watched.id))
      return (await alertsOf(watched.id)).some(({ kind, endedAt }) => kind === 'account-silent' && !endedAt)
    }
    expect(await silent([0, 1, 2, 3, 4])).toBe(false)
    expect(await silent([0, 1, 2, 3, 4, 5, 6])).toBe(true)
    await write({ ...number, phoneNumberId: '506540352242922' }, stranger(), 'it speaks again', watched.id)
    await eventually(
      'it is seen',
      async () => (await account(watched.id)).health.hookSeenAt !== new Date(last).toISOString()
    )
    await checkAccounts(house.hub)
    expect((await alertsOf(watched.id)).filter(({ endedAt }) => !endedAt)).toEqual([])
    await boris.close((await boris.accept(await boris.offer('it speaks again'))).id)
  }, 20_000)

  it('ends with a pause, and with archiving', async () => {
    const open = async () => (await alertsOf(watched.id)).filter(({ endedAt }) => !endedAt)
    await refused()
    expect(await open()).toHaveLength(1)
    await change(watched.id, { paused: true })
    expect(await open()).toEqual([])
    await change(watched.id, { paused: false })
    expect(await open()).toHaveLength(1)
    await admin.send('DELETE', `/api/accounts/${watched.id}`)
    expect(await open()).toEqual([])
  })
})
