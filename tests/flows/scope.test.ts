import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { receive } from '@palabre/hub/conversations/receive'
import type { Interaction } from '@palabre/config/contract/interaction'
import { Session } from '@palabre/hub/sessions/session.model'
import { Person, Visitor, chatAccount, clientId, eventually, openHouse, type House } from './house.ts'
import { hire, recordNamed } from './people.ts'

let house: House
let admin: Person
let awa: Person
let zoe: Person
let visitor: Visitor
let chat: Interaction
let mail: Interaction
let fileId: string
let mailMessageId: string
let care: string
let bankTeam: string
let otherTeam: string
let otherQueue: string

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

beforeAll(async () => {
  house = await openHouse()
  admin = await Person.signIn(house.url, 'admin')
  awa = await Person.signIn(house.url, 'awa')
  care = (await recordNamed(admin, '/api/queues', 'Customer care')).id
  bankTeam = (await recordNamed(admin, '/api/teams', 'Bank floor')).id
  const { body: queue } = await admin.post('/api/queues', {
    ...(await queueFields('Customer care')),
    name: 'Elsewhere',
    requirements: []
  })
  otherQueue = queue.id
  otherTeam = (await admin.post('/api/teams', { name: 'Elsewhere', queueIds: [otherQueue] })).body.id
  zoe = await hire(admin, { name: 'Zoe Elsewhere', teamId: otherTeam })

  await awa.ready()
  visitor = await new Visitor(house.url, await chatAccount(house.url)).connect()
  await visitor.say('words of the care queue', clientId(), { form: { name: 'Zanzibar Client' } })
  chat = await awa.accept(await awa.offer('words of the care'))
  const form = new FormData()
  form.append('file', new Blob(['a secret plan']), 'plan.txt')
  fileId = (await awa.send('POST', `/api/interactions/${chat.id}/attachments`, form)).body.id
  await awa.post(`/api/interactions/${chat.id}/messages`, {
    clientId: clientId(),
    text: 'look',
    attachmentIds: [fileId]
  })
  await awa.post(`/api/interactions/${chat.id}/notes`, { clientId: clientId(), text: 'a note' })

  const accounts = (await admin.get('/api/accounts')).body.items as { id: string; channel: string }[]
  await receive(house.hub, accounts.find(({ channel }) => channel === 'email')!.id, {
    kind: 'message',
    address: 'client@example.org',
    externalId: '<scope-1@example.org>',
    subject: 'Letter of the mail queue',
    text: 'a letter',
    raw: Buffer.from('Subject: Letter\r\n\r\na letter')
  })
  mail = await awa.accept(await awa.offer('a letter'))
  mailMessageId = (await awa.get(`/api/interactions/${mail.id}`)).body.messages.items[0].id
})
afterAll(async () => {
  for (const person of [awa, zoe, admin]) person.leave()
  visitor.leave()
  await house.stop()
})

async function queueFields(name: string) {
  const {
    id: _id,
    version: _version,
    archived: _archived,
    updatedAt: _at,
    ...fields
  } = await recordNamed(admin, '/api/queues', name)
  return fields as Record<string, unknown>
}
const move = (person: Person, teamId: string | null) =>
  admin.send('PATCH', `/api/agents/${String(person.me.agent.id)}`, { change: { teamId } })
const changeRoles = async (person: Person, roles: string[]) => {
  const users = (await admin.get('/api/users')).body.items as { id: string; version: number }[]
  const { version } = users.find(({ id }) => id === person.me.user.id)!
  const { status } = await admin.send('PATCH', `/api/users/${String(person.me.user.id)}`, {
    version,
    change: { roles }
  })
  expect(status).toBe(200)
}
const refused = (person: Person) =>
  person.frames.flatMap(({ type, topics }) => (type === 'refused' ? (topics ?? []) : []))
const closeOf = (person: Person) =>
  new Promise<number>((resolve) => person.socket?.on('close', (code: number) => resolve(code)))

describe('an agent of another team', () => {
  it('finds nothing in lists, by queue, contact, agent or words', async () => {
    const contactId = chat.contactId
    for (const query of [
      '',
      `?queueId=${care}`,
      '?text=words',
      '?text=Zanzibar',
      '?text=Letter',
      `?contactId=${contactId}`,
      '?state=active',
      '?channel=chat',
      `?agentId=${String(awa.me.agent.id)}`
    ])
      expect((await zoe.get(`/api/interactions${query}`)).body.items, query).toEqual([])
    expect((await zoe.get(`/api/contacts/${contactId}/history`)).body.items).toEqual([])
    expect((await zoe.get('/api/inbox')).body.items).toEqual([])
    expect((await awa.get('/api/interactions?text=Zanzibar&channel=chat')).body.items).toHaveLength(1)
  })

  it('cannot open interactions, messages, files or sources, nor tell that they exist', async () => {
    const paths = [
      `/api/interactions/${chat.id}`,
      `/api/interactions/${mail.id}`,
      `/api/conversations/${chat.conversationId}/messages`,
      `/api/conversations/${mail.conversationId}/messages`,
      `/api/attachments/${fileId}`,
      `/api/messages/${mailMessageId}/raw`,
      `/api/interactions/${chat.id}/draft`
    ]
    for (const path of paths) {
      expect((await awa.get(path)).status, path).toBe(200)
      expect((await zoe.get(path)).body, path).toMatchObject({ error: 'not-found' })
    }
  })

  it('cannot act on them', async () => {
    const dispositionId = (await zoe.get('/api/dispositions')).body.items[0].id as string
    const tries: [string, string, unknown][] = [
      ['POST', 'pick', undefined],
      ['POST', 'messages', { clientId: clientId(), text: 'x' }],
      ['POST', 'notes', { clientId: clientId(), text: 'x' }],
      ['POST', 'close', {}],
      ['POST', 'finish', { dispositionId }],
      ['POST', 'extend', undefined],
      ['POST', 'snooze', { until: null }],
      ['POST', 'read', undefined],
      ['POST', 'transfer', { to: { agentId: zoe.me.agent.id } }],
      ['POST', 'split', { messageId: mailMessageId }],
      ['POST', 'merge', { otherConversationId: chat.conversationId }],
      ['PUT', 'draft', { text: 'x', mode: 'note' }]
    ]
    for (const [method, verb, body] of tries) {
      const answer = await zoe.send(method, `/api/interactions/${mail.id}/${verb}`, body)
      expect(answer.body, verb).toMatchObject({ error: 'not-found' })
    }
    const form = new FormData()
    form.append('file', new Blob(['x']), 'x.txt')
    expect((await zoe.send('POST', `/api/interactions/${mail.id}/attachments`, form)).status).toBe(404)
  })

  it('sees only colleagues of her own team', async () => {
    const names = ((await zoe.get('/api/agents')).body.items as { name: string }[]).map(({ name }) => name)
    expect(names).toEqual(['Zoe Elsewhere'])
  })

  it('is refused the topics of others, and hears nothing of them', async () => {
    const topics = [`queue:${care}`, `interaction:${chat.id}`, 'accounts', `queue:${otherQueue}`, 'floor']
    await zoe.listen(undefined, topics)
    await eventually('refusal', () => refused(zoe).length >= 3)
    expect(refused(zoe).sort()).toEqual(['accounts', `interaction:${chat.id}`, `queue:${care}`].sort())
    await visitor.say('she must not hear this')
    visitor.write({ type: 'typing', on: true })
    await awa.post(`/api/interactions/${chat.id}/notes`, { clientId: clientId(), text: 'nor this' })
    await zoe.ready()
    await eventually('her own floor', () => zoe.heard.find((event) => event.name === 'agent.changed'))
    await pause(400)
    const text = JSON.stringify(zoe.heard)
    for (const word of ['she must not', 'nor this', 'Awa', chat.id, care])
      expect(text, word).not.toContain(word)
    expect(text).toContain('Zoe')
  })

  it('sees what is handed to her, for as long as it is hers', async () => {
    await zoe.ready()
    await awa.post(`/api/interactions/${mail.id}/transfer`, {
      to: { agentId: zoe.me.agent.id },
      note: 'yours'
    })
    const offer = await zoe.offer('a letter')
    expect((await zoe.get(`/api/interactions/${mail.id}`)).status).toBe(200)
    await zoe.accept(offer)
    expect((await zoe.get(`/api/messages/${mailMessageId}/raw`)).body).toContain('Subject: Letter')
    await zoe.post(`/api/interactions/${mail.id}/transfer`, { to: { agentId: awa.me.agent.id } })
    await awa.accept(await awa.offer('a letter'))
    expect((await zoe.get(`/api/interactions/${mail.id}`)).status).toBe(404)
  })
})

describe('an open socket', () => {
  it('follows the agent into another team and back: refused frame, and no more events', async () => {
    const mover = await hire(admin, { name: 'Mover', teamId: otherTeam })
    await move(mover, bankTeam)
    await mover.listen(undefined, [`queue:${care}`, `interaction:${chat.id}`, 'floor'])
    await visitor.say('the mover hears this')
    await eventually('the event', () => JSON.stringify(mover.heard).includes('the mover hears this'))
    expect(refused(mover)).toEqual([])

    await move(mover, otherTeam)
    await eventually('refusal', () => refused(mover).length >= 2)
    expect(refused(mover).sort()).toEqual([`interaction:${chat.id}`, `queue:${care}`].sort())
    await visitor.say('and not this')
    await awa.send('PUT', '/api/me/presence', { state: 'ready' })
    await pause(400)
    expect(JSON.stringify(mover.heard)).not.toContain('and not this')
    expect((await mover.get(`/api/interactions/${chat.id}`)).status).toBe(404)
    mover.leave()
  })

  it('follows the queues of the team', async () => {
    const member = await hire(admin, { name: 'Member', teamId: otherTeam })
    await member.listen(undefined, [`queue:${otherQueue}`])
    const team = await recordNamed(admin, '/api/teams', 'Elsewhere')
    const update = (version: number, queueIds: string[]) =>
      admin.send('PATCH', `/api/teams/${otherTeam}`, { version, change: { queueIds } })
    const { body } = await update(team.version, [])
    await eventually('refusal', () => refused(member).includes(`queue:${otherQueue}`))
    await update(body.version, [otherQueue])
    member.leave()
  })

  it('follows the roles: a supervisor who becomes an agent, and an agent who becomes neither', async () => {
    const boss = await hire(admin, { name: 'Boss', roles: ['supervisor'], teamId: otherTeam })
    await boss.listen(undefined, [`queue:${care}`, 'accounts', 'floor'])
    await changeRoles(boss, ['agent'])
    await eventually('refusal', () => refused(boss).length >= 2)
    expect(refused(boss).sort()).toEqual(['accounts', `queue:${care}`].sort())
    expect((await boss.get('/api/accounts')).body.error).toBe('not-permitted')
    expect((await boss.get(`/api/interactions/${chat.id}`)).status).toBe(404)

    await boss.ready()
    await awa.post(`/api/interactions/${mail.id}/transfer`, { to: { agentId: boss.me.agent.id } })
    await boss.offer('a letter')
    await changeRoles(boss, ['marketing'])
    await awa.accept(await awa.offer('a letter'))
    await eventually('refusal', () => refused(boss).includes('floor'))
    expect((await boss.get('/api/inbox')).body.error).toBe('not-permitted')
    const heard = boss.heard.length
    await awa.post(`/api/interactions/${mail.id}/notes`, {
      clientId: clientId(),
      text: 'for the boss',
      mentions: [boss.me.agent.id]
    })
    await pause(300)
    expect(JSON.stringify(boss.heard.slice(heard))).not.toContain('for the boss')
    expect(
      (await awa.post(`/api/interactions/${mail.id}/transfer`, { to: { agentId: boss.me.agent.id } })).body
        .error
    ).toBe('not-ready')
    boss.leave()
  })

  it('is closed at once, with the session, when the login is taken out of use', async () => {
    const leaver = await hire(admin, { name: 'Leaver', teamId: bankTeam })
    await leaver.listen()
    const closed = closeOf(leaver)
    expect((await admin.send('DELETE', `/api/users/${String(leaver.me.user.id)}`)).status).toBe(200)
    expect((await leaver.get('/api/session')).body.error).toBe('not-signed-in')
    expect(await closed).toBe(1008)
    await expect(Person.signIn(house.url, leaver.me.user.email)).rejects.toThrow('wrong-credentials')
    const names = ((await admin.get('/api/agents')).body.items as { name: string }[]).map(({ name }) => name)
    expect(names).not.toContain('Leaver')
  })

  it('is closed at once when its session is revoked, and those of other sessions are not', async () => {
    const person = await Person.signIn(house.url, 'boris')
    const other = await Person.signIn(house.url, 'boris')
    await person.listen()
    await other.listen()
    const closed = closeOf(person)
    const sessions = (await person.get('/api/sessions')).body.items as { id: string; current: boolean }[]
    const mine = sessions.find(({ current }) => current)!
    expect((await other.send('DELETE', `/api/sessions/${mine.id}`)).status).toBe(200)
    expect(await closed).toBe(1008)
    expect((await person.get('/api/session')).status).toBe(401)
    expect((await other.get('/api/session')).status).toBe(200)
    expect(other.socket?.readyState).toBe(1)
    other.leave()
  })

  it('is closed when another node ended the session, even before it said hello', async () => {
    const person = await hire(admin, { name: 'Elsewhere signed out' })
    const silent = new Person(house.url)
    silent.headers = person.headers
    await person.listen()
    const { WebSocket } = await import('ws')
    silent.socket = new WebSocket(house.url.replace('http', 'ws') + '/api/live', { headers: person.headers })
    await new Promise((resolve) => silent.socket?.once('open', resolve))
    const closed = Promise.all([closeOf(person), closeOf(silent)])
    const userId = person.me.user.id as string
    // What this node remembers of the session is a moment old; the other node has deleted it.
    await person.get('/api/session')
    await Session.deleteMany({ userId })
    house.hub.stream.publish({
      name: 'session.revoked',
      payload: { userId, sessionId: null },
      topics: [`user:${userId}`]
    })
    expect(await closed).toEqual([1008, 1008])
  })
})

describe('a supervisor who looks after some teams', () => {
  let chief: Person
  const lookAfter = async (teamIds: string[] | null) => {
    const users = (await admin.get('/api/users')).body.items as { id: string; version: number }[]
    const { version } = users.find(({ id }) => id === chief.me.user.id)!
    return admin.send('PATCH', `/api/users/${String(chief.me.user.id)}`, {
      version,
      change: { lookedAfter: teamIds }
    })
  }
  const board = async () => {
    const from = new Date(Date.now() - 3_600_000).toISOString()
    const { body } = await chief.get(`/api/board?from=${from}`)
    return body as {
      cells: { queueId: string }[]
      quarters: { queueId: string | null; agentId: string | null }[]
    }
  }

  beforeAll(async () => {
    chief = await hire(admin, { name: 'Chief', roles: ['supervisor'] })
    await lookAfter([otherTeam])
  })
  afterAll(() => {
    chief.leave()
  })

  it('is told of her teams and queues only', async () => {
    expect((await chief.get('/api/session')).body).toMatchObject({
      teamIds: [otherTeam],
      queueIds: [otherQueue]
    })
    const names = ((await chief.get('/api/agents')).body.items as { name: string }[]).map(({ name }) => name)
    expect(names).toContain('Zoe Elsewhere')
    expect(names).not.toContain('Awa Diop')
    expect((await chief.get('/api/interactions')).body.items).toEqual([])
    expect((await chief.get(`/api/interactions/${mail.id}`)).body.error).toBe('not-found')
    const { cells, quarters } = await board()
    expect(cells).toEqual([])
    expect(
      quarters.filter(({ queueId, agentId }) => queueId === care || agentId === awa.me.agent.id)
    ).toEqual([])
  })

  it('moves, lends and hands over nothing of others', async () => {
    const arranged = await chief.post('/api/interactions/arrange', {
      ids: [mail.id],
      action: { kind: 'move', queueId: otherQueue }
    })
    expect(arranged.body.refused).toEqual([{ id: mail.id, error: 'not-found' }])
    const lend = (queueId: string, agentId: string) =>
      chief.post(`/api/queues/${queueId}/loans`, { agentIds: [agentId], minutes: 60 })
    expect((await lend(care, zoe.me.agent.id as string)).body.error).toBe('not-found')
    expect((await lend(otherQueue, awa.me.agent.id as string)).body.error).toBe('not-found')
  })

  it('hears of her part, and of more or less of it as soon as that changes', async () => {
    await chief.listen(undefined, ['board', 'floor', `queue:${care}`])
    await eventually('refusal', () => refused(chief).includes(`queue:${care}`))
    const heard = (name: string, text: string) =>
      chief.heard.some((event) => event.name === name && JSON.stringify(event.payload).includes(text))
    await board()
    await visitor.say('the chief hears no figure of this')
    await pause(800)
    expect(heard('board.changed', care)).toBe(false)

    const resyncs = () => chief.frames.filter(({ type }) => type === 'resync').length
    const before = resyncs()
    await lookAfter([otherTeam, bankTeam])
    await eventually('word that more is in scope', () => resyncs() > before)
    expect((await board()).cells.map(({ queueId }) => queueId)).toContain(care)
    const other = await new Visitor(house.url, await chatAccount(house.url)).connect()
    await other.say('and of this she does', clientId(), { form: { name: 'Second Client' } })
    await eventually('the cell', () => heard('board.changed', care))

    await lookAfter([])
    await eventually('word that less is', () => resyncs() > before + 1)
    const count = chief.heard.length
    await other.say('not any more')
    await awa.send('PUT', '/api/me/presence', { state: 'ready' })
    await pause(800)
    const since = chief.heard.slice(count).map(({ name }) => name)
    expect(
      since.filter((name) => ['board.changed', 'quarters.changed', 'agent.changed'].includes(name))
    ).toEqual([])
    other.leave()
  })
})
