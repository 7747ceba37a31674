import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Agent } from '@palabre/hub/agents/agent.model'
import { buildApp, type App } from '@palabre/hub/app'
import { AuditEntry } from '@palabre/hub/audit/audit.model'
import type { ConnectedHub } from '@palabre/hub/connect'
import { openStream } from '@palabre/hub/live/stream'
import { Types } from 'mongoose'
import { Draft, forgetDraft } from '@palabre/hub/messages/draft'
import { handDraft } from '@palabre/hub/messages/hand-draft'
import { Message } from '@palabre/hub/messages/message.model'
import { startRelay } from '@palabre/hub/record/relay'
import { forgetSessions } from '@palabre/hub/sessions/identify'
import { User } from '@palabre/hub/users/user.model'
import { Watch } from '@palabre/hub/stepping/watch.model'
import { watchesOf } from '@palabre/hub/stepping/watches'
import type { EventName, EventPayload } from '@palabre/config/contract/event'
import type { Interaction } from '@palabre/config/contract/interaction'
import type { Message as MessageWire } from '@palabre/config/contract/message'
import { Person, Visitor, chatAccount, clientId, eventually, openHouse, type House } from './house.ts'
import { hire, recordNamed } from './people.ts'

let house: House
/** Another hub node: its own memory, event stream and sockets over the same databases. */
let other: { hub: ConnectedHub; app: App; url: string }
let admin: Person
let aicha: Person
let bea: Person
/** At the other node than the agents. */
let sam: Person
let accountId: string
let bankTeam: string
let otherTeam: string
let otherQueue: string
let visitor: Visitor
let work: Interaction
let count = 0

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const agentIdOf = (person: Person) => person.me.agent.id as string
const topicOf = ({ id }: Interaction) => `writing:${id}`

beforeAll(async () => {
  house = await openHouse({ jobs: false })
  const stream = await openStream({
    redis: house.hub.redis,
    prefix: house.hub.env.REDIS_PREFIX,
    log: house.hub.log
  })
  const hub = { ...house.hub, stream, relay: startRelay({ stream, log: house.hub.log }) }
  const app = await buildApp(hub, { rateLimits: false })
  await app.listen({ host: '127.0.0.1', port: 0 })
  other = { hub, app, url: app.listeningOrigin.replace('localhost', '127.0.0.1') }

  accountId = await chatAccount(house.url)
  admin = await Person.signIn(house.url, 'admin')
  bankTeam = (await recordNamed(admin, '/api/teams', 'Bank floor')).id
  const care = await recordNamed(admin, '/api/queues', 'Customer care')
  const { id: _id, version: _v, archived: _a, updatedAt: _u, ...fields } = care
  otherQueue = (await admin.post('/api/queues', { ...fields, name: 'Elsewhere', requirements: [] })).body.id
  otherTeam = (await admin.post('/api/teams', { name: 'Elsewhere', queueIds: [otherQueue] })).body.id
  const skills = (await Person.signIn(house.url, 'awa')).me.agent.skills
  aicha = await hire(admin, { name: 'Agent One', teamId: bankTeam, skills })
  bea = await hire(admin, { name: 'Agent Two', teamId: bankTeam, skills })
  const lead = await hire(admin, { name: 'Lead', roles: ['supervisor'], capacity: { chat: 3, email: 3 } })
  sam = new Person(other.url)
  Object.assign(sam, { headers: lead.headers, me: lead.me })
})
afterAll(async () => {
  for (const person of [aicha, bea, sam]) person.leave()
  await other.app.close()
  await other.hub.stream.close()
  await house.stop()
})

beforeEach(async () => {
  await lookAfter(sam, null)
  for (const person of [aicha, bea, sam]) {
    person.leave()
    person.socket = null
    person.heard = []
    person.frames = []
    await person.listen()
  }
  await bea.send('PUT', '/api/me/presence', { state: 'offline' })
  await aicha.ready()
  await sam.send('PUT', '/api/me/presence', { state: 'paused', pauseReasonId: await pauseReason() })
  visitor = await new Visitor(house.url, accountId).connect()
  const text = `help number ${String(++count)}`
  await visitor.say(text)
  work = await aicha.accept(await aicha.offer(text))
})
afterEach(async () => {
  visitor.leave()
  const { body } = await admin.get(`/api/interactions/${work.id}`)
  const { agentId, state } = body.interaction as Interaction
  const holder = [aicha, bea, sam].find((person) => agentIdOf(person) === agentId)
  if (state === 'active' && holder) await holder.close(work.id)
  else if (state !== 'closed')
    await admin.post('/api/interactions/arrange', {
      ids: [work.id],
      action: { kind: 'move', queueId: otherQueue }
    })
  for (const person of [aicha, bea, sam]) person.leave()
})

async function pauseReason(): Promise<string> {
  return (await admin.get('/api/pause-reasons')).body.items[0].id as string
}
async function lookAfter(person: Person, lookedAfter: string[] | null) {
  const users = (await admin.get('/api/users')).body.items as { id: string; version: number }[]
  const { version } = users.find(({ id }) => id === person.me.user.id)!
  const { status } = await admin.send('PATCH', `/api/users/${person.me.user.id as string}`, {
    version,
    change: { lookedAfter }
  })
  expect(status).toBe(200)
}
const tell = (person: Person, frame: unknown) => person.socket?.send(JSON.stringify(frame))
const write = (person: Person, text: string, more: Record<string, unknown> = {}) => {
  tell(person, { type: 'writing', interactionId: work.id, mode: 'reply', text, ...more })
}
const watch = async (person: Person, holder: Person | null = aicha) => {
  const before = holder ? saidWatched(holder).length : 0
  tell(person, { type: 'watch', topics: [topicOf(work)] })
  if (holder) await eventually('the agent is told', () => saidWatched(holder).length > before)
}
const payloads = <N extends EventName>(person: Person, name: N): EventPayload<N>[] =>
  person.heard.flatMap((event) => (event.name === name ? [event.payload as EventPayload<N>] : []))
const seen = (person: Person) => payloads(person, 'writing.changed').map(({ writing }) => writing)
const saidWatched = (person: Person) => payloads(person, 'watched.changed').map(({ watched }) => watched)
const refused = (person: Person) =>
  person.frames.flatMap(({ type, topics }) => (type === 'refused' ? (topics ?? []) : []))
const traced = async () =>
  (await AuditEntry.find({ subjectId: work.id, action: /watch$/ })
    .sort({ at: 1, _id: 1 })
    .lean()) as unknown as { action: string; actorName: string; changes: Record<string, unknown> }[]
const draftOf = async (person: Person) => (await person.get(`/api/interactions/${work.id}/draft`)).body
const keep = (person: Person, text: string, more: Record<string, unknown> = {}) =>
  person.send('PUT', `/api/interactions/${work.id}/draft`, { text, mode: 'reply', ...more })
const takeOver = (person: Person, from = aicha) =>
  person.post(`/api/interactions/${work.id}/take-over`, {
    fromAgentId: agentIdOf(from),
    reason: 'A friend of the house'
  })
const whisper = (text: string, more: Record<string, unknown> = {}) =>
  sam.post(`/api/interactions/${work.id}/whispers`, {
    clientId: clientId(),
    agentId: agentIdOf(aicha),
    text,
    ...more
  })
const textsOf = async (person: Person, id = work.id) =>
  ((await person.get(`/api/interactions/${id}`)).body.messages.items as MessageWire[]).map(({ text }) => text)
const holdsOf = async (person: Person) =>
  (await Agent.findById(agentIdOf(person)).lean())!.holds.map(({ interactionId }) => String(interactionId))

describe('looking on', () => {
  it('shows what is written as it is written, from another node, and keeps it nowhere', async () => {
    await watch(sam)
    expect(saidWatched(aicha).at(-1)).toEqual({ interactionId: work.id, on: true, shown: true })
    write(aicha, 'Dear Madam, I am so')
    write(aicha, 'Dear Madam, I am sorry', { subject: 'Your card' })
    await eventually('the text', () => seen(sam).some(({ text }) => text.endsWith('sorry')))
    expect(seen(sam).at(-1)).toMatchObject({
      interactionId: work.id,
      agentId: agentIdOf(aicha),
      name: 'Agent One',
      mode: 'reply',
      subject: 'Your card',
      keptAt: null
    })
    write(aicha, '')
    await eventually('the end', () => seen(sam).at(-1)?.text === '')
    expect(sam.heard.filter(({ name }) => name === 'writing.changed').every(({ seq }) => seq === null)).toBe(
      true
    )
    const kept = await house.hub.redis.xrange(`${house.hub.env.REDIS_PREFIX}:events`, '-', '+')
    expect(JSON.stringify(kept)).not.toContain('Dear Madam')
    expect(await Draft.countDocuments({ text: /Dear Madam/ })).toBe(0)
  })

  it('shows at once the draft that the hub kept', async () => {
    await keep(aicha, 'half an answer')
    await watch(sam)
    await eventually('the draft', () => seen(sam)[0])
    expect(seen(sam)[0]).toMatchObject({ text: 'half an answer', name: 'Agent One' })
    expect(seen(sam)[0]!.keptAt).not.toBeNull()
  })

  it('tells an agent with two tabs in both, and hears either', async () => {
    const tab = new Person(house.url)
    tab.headers = aicha.headers
    await tab.listen()
    await watch(sam)
    await eventually('told in the other tab', () => saidWatched(tab).at(-1)?.on)
    write(tab, 'from the second tab')
    await eventually('the second tab', () => seen(sam).some(({ text }) => text === 'from the second tab'))
    tab.leave()
    write(aicha, 'from the first')
    await eventually('the first tab', () => seen(sam).some(({ text }) => text === 'from the first'))
    expect((await aicha.get('/api/me/watched')).body.items).toEqual([
      { interactionId: work.id, on: true, shown: true }
    ])
  })

  it('ignores what is forged: by who does not hold it, and while nobody looks', async () => {
    write(aicha, 'nobody looks yet')
    await pause(150)
    await watch(sam)
    write(bea, 'I hold nothing')
    tell(sam, { type: 'writing', interactionId: work.id, mode: 'reply', text: 'I neither' })
    write(aicha, 'the real one')
    await eventually('the real one', () => seen(sam).some(({ text }) => text === 'the real one'))
    expect(seen(sam).map(({ text }) => text)).toEqual(['', 'the real one'])
    expect(seen(bea)).toEqual([])
  })

  it('shuts out who sends too long a text, and takes one of full length', async () => {
    await watch(sam)
    const full = 'é'.repeat(20_000)
    write(aicha, full)
    await eventually('all of it', () => seen(sam).at(-1)?.text === full)
    const closed = new Promise<number>((resolve) => aicha.socket?.on('close', resolve))
    write(aicha, 'x'.repeat(20_001))
    expect(await closed).toBe(1008)
    expect(seen(sam).at(-1)?.text).toBe(full)
    await aicha.listen()
  })

  it('is refused to agents, visitors of the role, and who does not look after the queue', async () => {
    for (const person of [bea, aicha]) {
      tell(person, { type: 'watch', topics: [topicOf(work)] })
      await eventually('refused', () => refused(person).includes(topicOf(work)))
    }
    await lookAfter(sam, [otherTeam])
    tell(sam, { type: 'watch', topics: [topicOf(work)] })
    await eventually('refused', () => refused(sam).includes(topicOf(work)))
    // A lead of another team who works as an agent in this one sees it, and does not look over a shoulder.
    const both = await hire(admin, { roles: ['agent', 'supervisor'], teamId: bankTeam })
    await lookAfter(both, [otherTeam])
    await both.listen()
    expect((await both.get(`/api/interactions/${work.id}`)).status).toBe(200)
    tell(both, { type: 'watch', topics: [topicOf(work)] })
    await eventually('refused', () => refused(both).includes(topicOf(work)))
    expect(
      (
        await both.post(`/api/interactions/${work.id}/whispers`, {
          clientId: clientId(),
          agentId: agentIdOf(aicha),
          text: 'x'
        })
      ).status
    ).toBe(404)
    both.leave()
    expect(await traced()).toEqual([])
    expect(saidWatched(aicha)).toEqual([])
  })

  it('ends when scope is lost in the middle: of the person, and of the interaction', async () => {
    await watch(sam)
    await lookAfter(sam, [otherTeam])
    await eventually('refused', () => refused(sam).includes(topicOf(work)))
    await eventually('the agent is told', () => saidWatched(aicha).at(-1)?.on === false)
    write(aicha, 'alone again')
    await lookAfter(sam, [bankTeam])
    await eventually('allowed again', async () => {
      tell(sam, { type: 'watch', topics: [topicOf(work)] })
      await pause(100)
      return saidWatched(aicha).at(-1)?.on
    })
    const { status } = await aicha.post(`/api/interactions/${work.id}/transfer`, {
      to: { queueId: otherQueue }
    })
    expect(status).toBe(200)
    await eventually('refused', () => refused(sam).filter((topic) => topic === topicOf(work)).length > 1)
    await eventually('no watch is left', async () => (await Watch.countDocuments()) === 0)
    expect(seen(sam).some(({ text }) => text === 'alone again')).toBe(false)
  })

  it('ends with the topic, with the socket and with a node that died, each in the audit trail', async () => {
    await watch(sam)
    tell(sam, { type: 'unwatch', topics: [topicOf(work)] })
    await eventually('off', () => saidWatched(aicha).at(-1)?.on === false)
    await watch(sam)
    sam.leave()
    await eventually('off', () => saidWatched(aicha).filter(({ on }) => !on).length === 2)
    await sam.listen()
    await watch(sam)
    const [left] = await Watch.find().lean()
    // As a node leaves it that is killed: nobody renews it.
    await Watch.updateOne({ _id: left!._id }, { until: new Date(Date.now() - 1) })
    await (await watchesOf(house.hub)).renew(new Date())
    await eventually('off', () => saidWatched(aicha).filter(({ on }) => !on).length === 3)
    const trail = await traced()
    expect(trail.map(({ action }) => action)).toEqual(
      ['watch', 'unwatch', 'watch', 'unwatch', 'watch', 'unwatch'].map((one) => `interaction.${one}`)
    )
    for (const { actorName, changes } of trail) {
      expect(actorName).toBe('Lead')
      expect(changes).toMatchObject({ agentId: agentIdOf(aicha), agentName: 'Agent One' })
    }
    expect(trail[1]!.changes['seconds']).toBeGreaterThanOrEqual(0)
    // The node was only slow: its watcher still looks on, and that is told again.
    await (await watchesOf(other.hub)).renew(new Date())
    await eventually('on again', () => saidWatched(aicha).at(-1)?.on)
    expect(await traced()).toHaveLength(7)
  })

  it('follows the work to who holds it next, and says whose it is', async () => {
    await watch(sam)
    await bea.ready()
    await aicha.post(`/api/interactions/${work.id}/transfer`, { to: { agentId: agentIdOf(bea) } })
    // Accepted within a moment, the time in which it was nobody's may not be noticed.
    await eventually('nobody’s', async () =>
      (await traced()).some(({ action, changes }) => action === 'interaction.watch' && !changes['agentName'])
    )
    await bea.accept(await bea.offer())
    await eventually('the next is told', () => saidWatched(bea).at(-1)?.on)
    write(bea, 'now I write')
    await eventually('seen', () =>
      seen(sam).some(({ name, text }) => name === 'Agent Two' && text === 'now I write')
    )
    write(aicha, 'I do no more')
    await pause(150)
    expect(seen(sam).some(({ text }) => text === 'I do no more')).toBe(false)
    expect((await traced()).map(({ action, changes }) => [action, changes['agentName']])).toEqual([
      ['interaction.watch', 'Agent One'],
      ['interaction.unwatch', 'Agent One'],
      ['interaction.watch', null],
      ['interaction.unwatch', null],
      ['interaction.watch', 'Agent Two']
    ])
  })

  it('is shown to agents unless the house says otherwise', async () => {
    const rule = (await sam.get('/api/watch-rule')).body
    expect(rule.shownToAgents).toBe(true)
    expect((await sam.send('PUT', '/api/watch-rule', { ...rule, shownToAgents: false })).status).toBe(403)
    await watch(sam)
    const hidden = await admin.send('PUT', '/api/watch-rule', { ...rule, shownToAgents: false })
    expect(hidden.body).toEqual({ version: rule.version + 1, shownToAgents: false })
    await eventually('told', () => saidWatched(aicha).at(-1)?.shown === false)
    expect((await admin.send('PUT', '/api/watch-rule', { ...rule, shownToAgents: true })).body.error).toBe(
      'changed-meanwhile'
    )
    await admin.send('PUT', '/api/watch-rule', { ...hidden.body, shownToAgents: true })
  })
})

describe('a whisper', () => {
  it('is read by the agent who holds it and by supervisors, and by nobody else anywhere', async () => {
    await watch(sam)
    tell(bea, { type: 'watch', topics: [`interaction:${work.id}`] })
    const secret = 'offer him the free year'
    const { status, body } = await whisper(secret)
    expect(status).toBe(200)
    expect(body).toMatchObject({ kind: 'note', whisper: { agentId: agentIdOf(aicha), name: 'Agent One' } })
    const heard = (person: Person) =>
      payloads(person, 'message.changed').some(({ message }) => message.text === secret)
    await eventually('the agent hears', () => heard(aicha))
    await eventually('the supervisor hears', () => heard(sam))
    expect(await textsOf(aicha)).toContain(secret)
    expect(await textsOf(sam)).toContain(secret)
    expect(await textsOf(admin)).toContain(secret)

    expect(JSON.stringify((await bea.get(`/api/interactions/${work.id}`)).body)).not.toContain(secret)
    const messages = `/api/conversations/${work.conversationId}/messages`
    expect(JSON.stringify((await bea.get(messages)).body)).not.toContain(secret)
    expect((await bea.get('/api/interactions?text=free%20year')).body.items).toEqual([])
    for (const person of [aicha, admin])
      expect((await person.get(`/api/interactions/${work.id}`)).body.interaction.preview).not.toContain(
        'free'
      )
    for (const [method, path] of [
      ['GET', 'raw'],
      ['POST', 'undo'],
      ['POST', 'retry'],
      ['POST', 'media']
    ] as const)
      expect((await bea.send(method, `/api/messages/${body.id as string}/${path}`)).status, path).toBe(404)
    const guessed = await bea.post(`/api/interactions/${work.id}/notes`, {
      clientId: body.clientId,
      text: 'guess'
    })
    expect(guessed.body.error).toBe('already-exists')

    await visitor.say('still there?')
    await pause(200)
    expect(JSON.stringify(visitor.frames)).not.toContain(secret)
    expect(
      JSON.stringify(await new Visitor(house.url, accountId).open({ token: visitor.token }))
    ).not.toContain(secret)
    expect(JSON.stringify(bea.heard)).not.toContain(secret)
  })

  it('stays with the agent whom it was for when the work goes on to another', async () => {
    await whisper('only for you')
    await bea.ready()
    await aicha.post(`/api/interactions/${work.id}/transfer`, { to: { agentId: agentIdOf(bea) } })
    await bea.accept(await bea.offer())
    expect(await textsOf(bea)).not.toContain('only for you')
    expect(await textsOf(aicha)).toContain('only for you')
    // It is still on its way to the first: not to whoever holds it by now.
    expect((await whisper('too late')).body.error).toBe('changed-meanwhile')
  })

  it('comes back as the one that was stored when it is repeated, and never changes the work', async () => {
    const id = clientId()
    const before = (await aicha.get(`/api/interactions/${work.id}`)).body.interaction
    const first = await whisper('once', { clientId: id })
    expect((await whisper('once', { clientId: id })).body.id).toBe(first.body.id)
    expect(await Message.countDocuments({ text: 'once' })).toBe(1)
    expect((await aicha.get(`/api/interactions/${work.id}`)).body.interaction).toEqual(before)
  })

  it('does not become the preview of what is split off', async () => {
    await visitor.say('another matter')
    const messages = (await aicha.get(`/api/interactions/${work.id}`)).body.messages.items as MessageWire[]
    await whisper('whispered last')
    const split = await aicha.post(`/api/interactions/${work.id}/split`, { messageId: messages.at(-1)!.id })
    expect(split.body.preview).toBe('another matter')
    expect(JSON.stringify((await aicha.get('/api/inbox')).body)).not.toContain('whispered last')
    await admin.post('/api/interactions/arrange', {
      ids: [split.body.id],
      action: { kind: 'move', queueId: otherQueue }
    })
  })
})

describe('taking over', () => {
  it('moves work, place and draft, and tells the agent who did it and why', async () => {
    const form = new FormData()
    form.append('file', new Blob(['the tariff']), 'tariff.txt')
    const file = (await aicha.send('POST', `/api/interactions/${work.id}/attachments`, form)).body.id
    await keep(aicha, 'half an answer', { attachmentIds: [file] })
    const { status, body } = await takeOver(sam)
    expect(status).toBe(200)
    expect(body).toMatchObject({ state: 'active', agentId: agentIdOf(sam) })
    expect(await holdsOf(sam)).toContain(work.id)
    expect(await holdsOf(aicha)).not.toContain(work.id)
    const [told] = await eventually('told', () => {
      const all = payloads(aicha, 'stepIn.changed')
      return all.length > 0 ? all : undefined
    })
    expect(told!.stepIn).toMatchObject({
      kind: 'taken-over',
      byName: 'Lead',
      reason: 'A friend of the house',
      draft: { text: 'half an answer', fate: 'handed' }
    })
    expect(await draftOf(sam)).toMatchObject({ text: 'half an answer', attachments: [{ id: file }] })
    expect(await draftOf(aicha)).toMatchObject({ text: 'half an answer' })
    // The supervisor goes on with it, the file included.
    const sent = await sam.post(`/api/interactions/${work.id}/messages`, {
      clientId: clientId(),
      text: 'a whole answer',
      attachmentIds: [file]
    })
    expect(sent.status).toBe(200)
    expect(await draftOf(aicha)).toMatchObject({ text: 'half an answer' })
    const listed = (await aicha.get('/api/me/step-ins')).body.items as { id: string; interactionId: string }[]
    const mine = listed.find(({ interactionId }) => interactionId === work.id)!
    expect((await bea.send('DELETE', `/api/me/step-ins/${mine.id}`)).status).toBe(404)
    expect((await aicha.send('DELETE', `/api/me/step-ins/${mine.id}`)).status).toBe(200)
    expect(await draftOf(aicha)).toMatchObject({ text: '' })
    expect(
      (await aicha.get('/api/me/step-ins')).body.items.some(({ id }: { id: string }) => id === mine.id)
    ).toBe(false)
    const trail = await eventually('the audit', () =>
      AuditEntry.findOne({ subjectId: work.id, action: 'interaction.takeOver' }).lean()
    )
    expect(trail.changes).toMatchObject({ reason: [null, 'A friend of the house'] })
    const log = (await aicha.get(`/api/interactions/${work.id}`)).body.log as { name: string }[]
    expect(JSON.stringify(log)).not.toContain('friend of the house')
  })

  it('is refused to agents, to who has no hands or no place, and is done once', async () => {
    expect((await takeOver(bea)).status).toBe(403)
    const handless = await hire(admin, { roles: ['supervisor'] })
    await User.updateOne({ _id: handless.me.user.id }, { agentId: null })
    forgetSessions(house.hub)
    expect((await takeOver(handless)).body).toMatchObject({ error: 'not-permitted' })
    expect((await takeOver(sam, bea)).body.error).toBe('changed-meanwhile')
    const full = await hire(admin, { roles: ['supervisor'], capacity: { chat: 0, email: 1 } })
    await full.atDesk()
    expect((await takeOver(full)).body.error).toBe('over-capacity')
    expect(await holdsOf(full)).toEqual([])
    await full.send('PUT', '/api/me/presence', { state: 'offline' })
    expect((await takeOver(full)).body.error).toBe('not-ready')
    full.leave()
    const second = await hire(admin, { roles: ['supervisor'], capacity: { chat: 2, email: 1 } })
    await second.listen()
    await second.send('PUT', '/api/me/presence', { state: 'paused', pauseReasonId: await pauseReason() })
    const answers = await Promise.all([takeOver(sam), takeOver(second)])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409])
    const holders = [...(await holdsOf(sam)), ...(await holdsOf(second))].filter((id) => id === work.id)
    expect(holders).toHaveLength(1)
    if (answers[1].status === 200) await second.close(work.id)
    second.leave()
  })

  it('takes what is only offered', async () => {
    await aicha.post(`/api/interactions/${work.id}/transfer`, { to: { queueId: work.queueId } })
    const offered = await aicha.offer()
    expect(offered.id).toBe(work.id)
    expect((await takeOver(sam)).body).toMatchObject({
      state: 'active',
      agentId: agentIdOf(sam),
      offer: null
    })
    const late = await aicha.post(`/api/interactions/${work.id}/accept`, { offerId: offered.offer!.id })
    expect(late.body.error).toBe('not-offered')
    expect(await holdsOf(aicha)).not.toContain(work.id)
  })

  it('and the close of the agent: one of them happens', async () => {
    const dispositions = (await admin.get('/api/dispositions')).body.items as {
      id: string
      noteRequired: boolean
    }[]
    const [taken, closed] = await Promise.all([
      takeOver(sam),
      aicha.post(`/api/interactions/${work.id}/close`, {
        dispositionId: dispositions.find(({ noteRequired }) => !noteRequired)!.id
      })
    ])
    expect([taken.status, closed.status].toSorted()).toEqual([200, 409])
    const held = (await holdsOf(sam)).includes(work.id)
    expect(held).toBe(taken.status === 200)
  })

  it('and the answer of the agent: it leaves once at most, and is not there to be sent again', async () => {
    for (let round = 0; round < 3; round++) {
      const text = `the answer ${String(count)}-${String(round)}`
      await keep(aicha, text)
      const id = clientId()
      const send = () => aicha.post(`/api/interactions/${work.id}/messages`, { clientId: id, text })
      const [sent, taken] = await Promise.all([send(), takeOver(sam)])
      expect(taken.status).toBe(200)
      // The lost answer is asked for again, as the app does.
      const again = await send()
      expect(again.status).toBe(sent.status)
      expect(await Message.countDocuments({ text, kind: 'out' })).toBe(sent.status === 200 ? 1 : 0)
      await eventually('the draft is where it belongs', async () => {
        const { text: handed } = await draftOf(sam)
        return handed === (sent.status === 200 ? '' : text)
      })
      await keep(sam, '')
      await sam.post(`/api/interactions/${work.id}/transfer`, { to: { agentId: agentIdOf(aicha) } })
      await aicha.accept(await aicha.offer())
    }
  })

  it('hands over nothing of what was sent between the look and the copy', async () => {
    await keep(aicha, 'sent already')
    const writer = aicha.me.user.id as string
    const reader = sam.me.user.id as string
    expect(await handDraft(writer, new Types.ObjectId(reader), new Types.ObjectId(work.id))).toBe(true)
    expect(await draftOf(sam)).toMatchObject({ text: 'sent already' })
    await forgetDraft(new Types.ObjectId(writer), new Types.ObjectId(work.id))
    expect(await draftOf(sam)).toMatchObject({ text: '' })
    // What the supervisor has changed is hers.
    await keep(aicha, 'again')
    await handDraft(writer, new Types.ObjectId(reader), new Types.ObjectId(work.id))
    await keep(sam, 'again, but better')
    await forgetDraft(new Types.ObjectId(writer), new Types.ObjectId(work.id))
    expect(await draftOf(sam)).toMatchObject({ text: 'again, but better' })
  })
})

describe('sending on', () => {
  it('goes from the agent to another, told to who loses it; who does not look after it may not', async () => {
    await bea.ready()
    const send = (person: Person, to: unknown) =>
      person.post(`/api/interactions/${work.id}/transfer`, { to, note: 'She knows loans' })
    expect((await send(bea, { agentId: agentIdOf(bea) })).body.error).toBe('not-yours')
    await lookAfter(sam, [otherTeam])
    await eventually(
      'out of sight',
      async () => (await sam.get(`/api/interactions/${work.id}`)).status === 404
    )
    expect((await send(sam, { agentId: agentIdOf(bea) })).body.error).toBe('not-found')
    await lookAfter(sam, [bankTeam])
    await eventually('sent', async () => (await send(sam, { agentId: agentIdOf(bea) })).status === 200)
    const told = await eventually('told', () => payloads(aicha, 'stepIn.changed')[0])
    expect(told.stepIn).toMatchObject({ kind: 'sent-on', byName: 'Lead', reason: 'She knows loans' })
    expect(await holdsOf(aicha)).not.toContain(work.id)
    // While it is only offered it can be sent elsewhere, too.
    expect((await bea.offer()).id).toBe(work.id)
    expect((await send(sam, { queueId: otherQueue })).status).toBe(200)
    expect(await holdsOf(bea)).not.toContain(work.id)
    await eventually('told', () => payloads(bea, 'stepIn.changed')[0])
  })
})
