import { Types } from 'mongoose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FloorMessage } from '@palabre/config/contract/floor-message'
import type { Interaction } from '@palabre/config/contract/interaction'
import { FloorMessage as FloorMessages } from '@palabre/hub/floor-messages/floor-message.model'
import { Person, Visitor, chatAccount, clientId, eventually, openHouse, type House } from './house.ts'
import { hire, recordNamed } from './people.ts'

let house: House
let admin: Person
/** Leads the whole floor. */
let chief: Person
/** Leads team A only. */
let lead: Person
let awa: Person
let adama: Person
let boubacar: Person
let teamA: string
let teamB: string

const agentIdOf = (person: Person) => person.me.agent.id as string

const write = (by: Person, audience: unknown, text: string, more: Record<string, unknown> = {}) =>
  by.post('/api/floor-messages', { clientId: clientId(), importance: 'normal', audience, text, ...more })

const newestOf = (person: Person, id: string) =>
  person.heard
    .flatMap((event) => (event.name === 'floorMessage.changed' ? [event.payload.message] : []))
    .filter((message) => message.id === id)
    .sort((a, b) => b.version - a.version)[0]

const heardOf = (person: Person, id: string, fits: (message: FloorMessage) => boolean = () => true) =>
  eventually(`a message on the screen of ${person.me.user.name as string}`, () => {
    const newest = newestOf(person, id)
    return newest && fits(newest) ? newest : null
  })

const answersHeard = (person: Person) =>
  person.heard.flatMap((event) => (event.name === 'floorMessage.answered' ? [event.payload.answer.text] : []))

const listed = async (person: Person, query = '') => {
  const { status, body } = await person.get(`/api/floor-messages${query}`)
  expect(status, JSON.stringify(body)).toBe(200)
  return body.items as FloorMessage[]
}

beforeAll(async () => {
  house = await openHouse()
  admin = await Person.signIn(house.url, 'admin')
  const care = (await recordNamed(admin, '/api/queues', 'Customer care')).id as string
  teamA = (await admin.post('/api/teams', { name: 'Team A', queueIds: [care] })).body.id
  teamB = (await admin.post('/api/teams', { name: 'Team B', queueIds: [care] })).body.id
  const skills = ((await admin.get('/api/skills')).body.items as { id: string }[]).map(({ id }) => ({
    skillId: id,
    level: 5
  }))
  awa = await hire(admin, { name: 'First of A', teamId: teamA, skills })
  adama = await hire(admin, { name: 'Second of A', teamId: teamA })
  boubacar = await hire(admin, { name: 'First of B', teamId: teamB })
  chief = await Person.signIn(house.url, 'supervisor')
  lead = await hire(admin, { name: 'Lead of A', roles: ['supervisor'] })
  await admin.send('PATCH', `/api/users/${lead.me.user.id as string}`, {
    version: ((await admin.get('/api/users')).body.items as { id: string; version: number }[]).find(
      ({ id }) => id === lead.me.user.id
    )?.version,
    change: { lookedAfter: [teamA] }
  })
  for (const person of [chief, lead, awa, adama, boubacar]) await person.listen()
}, 90_000)
afterAll(async () => {
  for (const person of [admin, chief, lead, awa, adama, boubacar]) person.leave()
  await house.stop()
}, 60_000)

describe('a message of the floor', () => {
  it('reaches the team that it is written to at once, its supervisors, and nobody else', async () => {
    const { status, body } = await write(lead, { kind: 'teams', ids: [teamA] }, 'Lines are busy')
    expect(status, JSON.stringify(body)).toBe(200)
    expect(body).toMatchObject({ seenAs: 'lead', addressed: 2, seen: 0, unread: false })
    const mine = await heardOf(awa, body.id)
    expect(mine).toMatchObject({ seenAs: 'self', text: 'Lines are busy', unread: true })
    expect(mine.audience?.ids).toEqual([])
    await heardOf(adama, body.id)
    expect((await heardOf(chief, body.id)).addressed).toBe(2)
    expect(newestOf(boubacar, body.id)).toBeUndefined()
    expect((await listed(boubacar)).map(({ id }) => id)).not.toContain(body.id)
    expect((await boubacar.get(`/api/floor-messages/${body.id as string}/answers`)).status).toBe(404)
  })

  it('is answered on a side of its own: other agents neither hear nor read it', async () => {
    const { body } = await write(chief, { kind: 'floor' }, 'How is it going?')
    await heardOf(boubacar, body.id)
    const said = await awa.post(`/api/floor-messages/${body.id as string}/answers`, {
      clientId: clientId(),
      text: 'Slowly over here'
    })
    expect(said.status, JSON.stringify(said.body)).toBe(200)
    await eventually('the lead to hear it', () => answersHeard(lead).includes('Slowly over here'))
    await eventually('the chief to hear it', () => answersHeard(chief).includes('Slowly over here'))
    expect(await heardOf(chief, body.id, ({ unread }) => unread)).toMatchObject({
      sides: [{ agentId: agentIdOf(awa), answers: 1, last: { text: 'Slowly over here', byAgent: true } }]
    })
    expect(answersHeard(adama)).not.toContain('Slowly over here')
    const other = await adama.get(
      `/api/floor-messages/${body.id as string}/answers?agentId=${agentIdOf(awa)}`
    )
    expect(other.status).toBe(404)
    expect((await adama.get(`/api/floor-messages/${body.id as string}/answers`)).body.items).toEqual([])

    await lead.post(`/api/floor-messages/${body.id as string}/answers`, {
      clientId: clientId(),
      agentId: agentIdOf(awa),
      text: 'I send somebody'
    })
    await eventually('her to hear it', () => answersHeard(awa).includes('I send somebody'))
    const { items } = (await awa.get(`/api/floor-messages/${body.id as string}/answers`)).body
    expect((items as { text: string }[]).map(({ text }) => text)).toEqual([
      'I send somebody',
      'Slowly over here'
    ])
    expect((await heardOf(awa, body.id, ({ version }) => version > 2)).unread).toBe(true)
    expect(answersHeard(boubacar)).toEqual([])
  })

  it('shows a supervisor of some teams nothing of the others: sides, counts, answers', async () => {
    const { body } = await write(chief, { kind: 'floor' }, 'To everybody')
    await lead.send('PUT', `/api/floor-messages/${body.id as string}/read`, { acknowledged: false })
    await boubacar.post(`/api/floor-messages/${body.id as string}/answers`, {
      clientId: clientId(),
      text: 'Something about B'
    })
    await eventually('the chief to hear it', () => answersHeard(chief).includes('Something about B'))
    const seenByLead = (await listed(lead)).find(({ id }) => id === body.id)
    expect(seenByLead).toMatchObject({ addressed: 2, sides: [], unread: false })
    expect(answersHeard(lead)).not.toContain('Something about B')
    const side = `/api/floor-messages/${body.id as string}/answers?agentId=${agentIdOf(boubacar)}`
    expect((await lead.get(side)).status).toBe(404)
    const readers = (await lead.get(`/api/floor-messages/${body.id as string}/readers`)).body.items
    expect((readers as { agentId: string }[]).map(({ agentId }) => agentId).sort()).toEqual(
      [agentIdOf(awa), agentIdOf(adama)].sort()
    )
  })

  it('counts who has seen it, and who took note of what is urgent', async () => {
    const { body } = await write(lead, { kind: 'teams', ids: [teamA] }, 'Building is closing', {
      importance: 'urgent'
    })
    const path = `/api/floor-messages/${body.id as string}/read`
    expect((await heardOf(awa, body.id)).awaitsYou).toBe(true)
    await awa.send('PUT', path, { acknowledged: false })
    await heardOf(lead, body.id, ({ seen, acknowledged }) => seen === 1 && acknowledged === 0)
    await awa.send('PUT', path, { acknowledged: true })
    await adama.send('PUT', path, { acknowledged: true })
    await heardOf(lead, body.id, ({ seen, acknowledged }) => seen === 2 && acknowledged === 2)
    expect((await listed(awa)).find(({ id }) => id === body.id)?.awaitsYou).toBe(false)
    expect((await awa.get(`/api/floor-messages/${body.id as string}/readers`)).status).toBe(403)
  })

  it('is told once however often its reader reads it', async () => {
    const { body } = await write(lead, { kind: 'agents', ids: [agentIdOf(awa)] }, 'Read me')
    const path = `/api/floor-messages/${body.id as string}/read`
    const first = (await awa.send('PUT', path, { acknowledged: false })).body as FloorMessage
    const again = (await awa.send('PUT', path, { acknowledged: false })).body as FloorMessage
    expect(again.version).toBe(first.version)
  })

  it('is written once when the same request comes twice', async () => {
    const body = {
      clientId: clientId(),
      importance: 'normal',
      audience: { kind: 'agents', ids: [agentIdOf(awa)] },
      text: 'once'
    }
    const [one, two] = await Promise.all([
      lead.post('/api/floor-messages', body),
      lead.post('/api/floor-messages', body)
    ])
    expect(one.body.id).toBe(two.body.id)
    const answer = { clientId: clientId(), text: 'and once more' }
    await awa.post(`/api/floor-messages/${one.body.id as string}/answers`, answer)
    await awa.post(`/api/floor-messages/${one.body.id as string}/answers`, answer)
    const { items } = (await awa.get(`/api/floor-messages/${one.body.id as string}/answers`)).body
    expect(items).toHaveLength(1)
    expect((await listed(lead)).find(({ id }) => id === one.body.id)?.sides[0]?.answers).toBe(1)
  })

  it('is refused to agents and teams out of scope, to nobody, and by who may not write', async () => {
    const refusedTo = async (audience: unknown) => (await write(lead, audience, 'hello')).body.error
    expect(await refusedTo({ kind: 'agents', ids: [agentIdOf(boubacar)] })).toBe('unknown-reference')
    expect(await refusedTo({ kind: 'agents', ids: [agentIdOf(awa), agentIdOf(boubacar)] })).toBe(
      'unknown-reference'
    )
    expect(await refusedTo({ kind: 'teams', ids: [teamB] })).toBe('unknown-reference')
    expect(await refusedTo({ kind: 'teams', ids: ['f'.repeat(24)] })).toBe('unknown-reference')
    expect((await write(awa, { kind: 'floor' }, 'hello')).body.error).toBe('not-permitted')
    expect((await listed(boubacar)).map(({ text }) => text)).not.toContain('hello')
  })

  it('is text, of a bounded length, whatever it looks like', async () => {
    const audience = { kind: 'agents', ids: [agentIdOf(awa)] }
    expect((await write(lead, audience, 'x'.repeat(20_000))).body.error).toBe('invalid-input')
    expect((await write(lead, audience, '   \n ')).body.error).toBe('invalid-input')
    const markup = '<img src=x onerror=alert(1)>\u202e'
    const { body } = await write(lead, audience, markup)
    expect(body.text).toBe(markup)
    expect((await heardOf(awa, body.id)).text).toBe(markup)
    const long = await awa.post(`/api/floor-messages/${body.id as string}/answers`, {
      clientId: clientId(),
      text: 'x'.repeat(20_000)
    })
    expect(long.body.error).toBe('invalid-input')
  })

  it('comes page by page, the latest activity first', async () => {
    for (const n of [1, 2, 3, 4, 5])
      await write(lead, { kind: 'agents', ids: [agentIdOf(adama)] }, `page ${String(n)}`)
    const first = (await adama.get('/api/floor-messages?limit=3')).body
    expect((first.items as FloorMessage[]).map(({ text }) => text)).toEqual(['page 5', 'page 4', 'page 3'])
    const next = (await adama.get(`/api/floor-messages?limit=2&after=${first.next as string}`)).body
    expect((next.items as FloorMessage[]).map(({ text }) => text)).toEqual(['page 2', 'page 1'])
    expect((await adama.get('/api/floor-messages?after=x')).status).toBe(400)
  })

  it('is heard after a lost socket, in the order in which it was said', async () => {
    const since = awa.heard.filter(({ seq }) => seq).at(-1)?.seq
    awa.leave()
    const { body } = await write(lead, { kind: 'agents', ids: [agentIdOf(awa)] }, 'while you were away')
    await lead.post(`/api/floor-messages/${body.id as string}/answers`, {
      clientId: clientId(),
      text: 'still away?'
    })
    awa.heard = []
    awa.frames = []
    await awa.listen(since ?? undefined)
    await heardOf(awa, body.id, ({ sides }) => sides[0]?.answers === 1)
    expect(answersHeard(awa)).toEqual(['still away?'])
  })

  it('is nothing to a supervisor any more whose teams have changed', async () => {
    const { body } = await write(chief, { kind: 'agents', ids: [agentIdOf(adama)] }, 'for A only')
    await heardOf(lead, body.id)
    const user = ((await admin.get('/api/users')).body.items as { id: string; version: number }[]).find(
      ({ id }) => id === lead.me.user.id
    )
    const change = (lookedAfter: string[], version = 0) =>
      admin.send('PATCH', `/api/users/${lead.me.user.id as string}`, { version, change: { lookedAfter } })
    const changed = await change([teamB], user?.version)
    expect(changed.status, JSON.stringify(changed.body)).toBe(200)
    expect((await lead.get(`/api/floor-messages/${body.id as string}/readers`)).status).toBe(404)
    const before = lead.heard.length
    await adama.post(`/api/floor-messages/${body.id as string}/answers`, {
      clientId: clientId(),
      text: 'secret'
    })
    await eventually('the chief to hear it', () => answersHeard(chief).includes('secret'))
    expect(JSON.stringify(lead.heard.slice(before))).not.toContain('secret')
    await change([teamA], changed.body.version)
  })
})

describe('help that an agent asks for', () => {
  let visitor: Visitor
  let work: Interaction

  beforeAll(async () => {
    visitor = await new Visitor(house.url, await chatAccount(house.url)).connect()
    await awa.ready()
    await visitor.say('I need a new card', clientId())
    work = await awa.accept(await awa.offer('a new card'))
  }, 30_000)
  afterAll(() => {
    visitor.leave()
  })

  const ask = (by: Person, interactionId: string | null, text = 'Please look') =>
    by.post('/api/help-requests', { clientId: clientId(), interactionId, text })

  it('may only be about what she holds', async () => {
    expect((await ask(adama, work.id)).body.error).toBe('not-yours')
    expect((await ask(awa, 'f'.repeat(24))).body.error).toBe('not-found')
    expect((await ask(awa, work.id, 'x'.repeat(20_000))).body.error).toBe('invalid-input')
  })

  it('is heard by her supervisors, taken by one of them, and ends when the interaction is closed', async () => {
    const { status, body } = await ask(awa, work.id, 'The customer is angry')
    expect(status, JSON.stringify(body)).toBe(200)
    const help = { interactionId: work.id, channel: 'chat', takenBy: null, endedAt: null }
    expect(await heardOf(lead, body.id)).toMatchObject({ kind: 'help', unread: true, help })
    await heardOf(chief, body.id)
    expect(newestOf(adama, body.id)).toBeUndefined()
    expect((await ask(awa, work.id)).body.error).toBe('already-exists')
    expect((await listed(lead, '?open=true')).map(({ id }) => id)).toEqual([body.id])

    expect((await awa.post(`/api/help-requests/${body.id as string}/take`)).body.error).toBe('not-permitted')
    const [one, two] = await Promise.all(
      [lead, chief].map((person) => person.send('POST', `/api/help-requests/${body.id as string}/take`))
    )
    expect([one?.status, two?.status].sort()).toEqual([200, 409])
    const taken = await heardOf(awa, body.id, (message) => message.help?.takenBy !== null)
    expect([lead.me.user.name, chief.me.user.name]).toContain(taken.help?.takenBy?.name)

    await awa.close(work.id)
    const over = await heardOf(awa, body.id, (message) => message.help?.endedAt !== null)
    expect(over.help?.end).toBe('closed')
    expect(await listed(lead, '?open=true')).toEqual([])
    expect((await lead.send('POST', `/api/help-requests/${body.id as string}/take`)).body.error).toBe(
      'wrong-state'
    )
  })

  it('may be about nothing in particular; she takes it back, or a supervisor ends it', async () => {
    const first = (await ask(awa, null, 'How do I pause?')).body
    const withdrawn = await awa.send('POST', `/api/help-requests/${first.id as string}/end`)
    expect(withdrawn.body.help.end).toBe('withdrawn')
    const second = (await ask(awa, null, 'And now?')).body
    await lead.send('POST', `/api/help-requests/${second.id as string}/take`)
    const ended = await lead.send('POST', `/api/help-requests/${second.id as string}/end`)
    expect(ended.body.help).toMatchObject({ end: 'resolved', takenBy: { name: 'Lead of A' } })
  })

  it('is none of the business of another team, its agents or its supervisors', async () => {
    const { body } = await ask(boubacar, null, 'Help in B')
    await heardOf(chief, body.id)
    expect(newestOf(lead, body.id)).toBeUndefined()
    expect((await lead.send('POST', `/api/help-requests/${body.id as string}/take`)).status).toBe(404)
    expect((await lead.send('POST', `/api/help-requests/${body.id as string}/end`)).status).toBe(404)
    expect((await awa.send('POST', `/api/help-requests/${body.id as string}/end`)).status).toBe(404)
  })
})

describe('what a crash left', () => {
  it('is told when a hub starts: an untold message, and help whose interaction is gone', async () => {
    const { body } = await write(lead, { kind: 'agents', ids: [agentIdOf(adama)] }, 'written, then killed')
    await heardOf(adama, body.id)
    const asked = (
      await adama.post('/api/help-requests', {
        clientId: clientId(),
        interactionId: null,
        text: 'asked before the crash'
      })
    ).body
    // The reader's own clock cannot be turned back, so the record is made as a crash leaves it.
    await FloorMessages.updateOne({ _id: body.id }, { $set: { tellAt: new Date(Date.now() - 60_000) } })
    await FloorMessages.updateOne({ _id: asked.id }, {
      $set: { 'help.interactionId': new Types.ObjectId() }
    } as never)
    adama.heard = []
    const { buildApp } = await import('@palabre/hub/app')
    const second = await buildApp(house.hub, { rateLimits: false })
    await second.ready()
    await heardOf(adama, body.id)
    await heardOf(adama, asked.id, ({ help }) => help?.end === 'closed')
    await second.close()
  })
})
