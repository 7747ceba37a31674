import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AgentQuarter, DayPart } from '@palabre/config/contract/figures'
import type { Interaction } from '@palabre/config/contract/interaction'
import { Person, Visitor, chatAccount, clientId, eventually, openHouse, type House } from './house.ts'
import { hire, recordNamed } from './people.ts'

let house: House
let admin: Person
let chief: Person
/** Leads team A only. */
let lead: Person
let awa: Person
let boubacar: Person
let teamA: string
let teamB: string

const agentIdOf = (person: Person) => person.me.agent.id as string
const agentNow = async (person: Person) =>
  (
    (await admin.get('/api/agents')).body.items as {
      id: string
      presence: { state: string; cause: string }
    }[]
  ).find(({ id }) => id === agentIdOf(person))

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
  boubacar = await hire(admin, { name: 'First of B', teamId: teamB, skills })
  chief = await Person.signIn(house.url, 'supervisor')
  lead = await hire(admin, { name: 'Lead of A', roles: ['supervisor'] })
  const user = ((await admin.get('/api/users')).body.items as { id: string; version: number }[]).find(
    ({ id }) => id === lead.me.user.id
  )
  const { status } = await admin.send('PATCH', `/api/users/${lead.me.user.id as string}`, {
    version: user?.version,
    change: { lookedAfter: [teamA] }
  })
  expect(status).toBe(200)
}, 90_000)
afterAll(async () => {
  for (const person of [admin, chief, lead, awa, boubacar]) person.leave()
  await house.stop()
}, 60_000)

describe('a supervisor of some teams', () => {
  it('changes status, skills and sessions of their agents, and of no others', async () => {
    const of = (person: Person) => `/api/agents/${agentIdOf(person)}`
    const forced = await lead.send('PUT', `${of(awa)}/presence`, { state: 'ready' })
    expect(forced.body.presence).toMatchObject({ state: 'ready', cause: 'forced' })
    expect((await lead.send('PATCH', of(awa), { change: { capacity: { chat: 3 } } })).status).toBe(200)

    for (const answer of [
      await lead.send('PUT', `${of(boubacar)}/presence`, { state: 'ready' }),
      await lead.send('PATCH', of(boubacar), { change: { skills: [] } }),
      await lead.send('POST', `${of(boubacar)}/sign-out`),
      await lead.get(`${of(boubacar)}/day`)
    ]) {
      expect(answer.status).toBe(404)
      expect(answer.body.error).toBe('not-found')
    }
    expect((await agentNow(boubacar))?.presence.state).toBe('offline')
    expect((await boubacar.get('/api/session')).status).toBe(200)
  })

  it('moves nobody to where they may not look', async () => {
    for (const teamId of [teamB, null]) {
      const answer = await lead.send('PATCH', `/api/agents/${agentIdOf(awa)}`, { change: { teamId } })
      expect(answer.body.error).toBe('unknown-reference')
    }
    const moved = await chief.send('PATCH', `/api/agents/${agentIdOf(awa)}`, { change: { teamId: teamB } })
    expect(moved.body.teamId).toBe(teamB)
    expect(
      (await lead.send('PUT', `/api/agents/${agentIdOf(awa)}/presence`, { state: 'offline' })).status
    ).toBe(404)
    await chief.send('PATCH', `/api/agents/${agentIdOf(awa)}`, { change: { teamId: teamA } })
  })
})

describe('an agent who is signed out from afar', () => {
  it('is refused to agents', async () => {
    expect((await awa.send('POST', `/api/agents/${agentIdOf(boubacar)}/sign-out`)).body.error).toBe(
      'not-permitted'
    )
    expect((await chief.send('POST', `/api/agents/${'f'.repeat(24)}/sign-out`)).body.error).toBe('not-found')
  })

  it('loses every session and socket; what she held goes to others, and it stands in the trail', async () => {
    const visitor = await new Visitor(house.url, await chatAccount(house.url)).connect()
    const closed: number[] = []
    await awa.listen()
    awa.socket?.on('close', (code: number) => closed.push(code))
    await awa.ready()
    await visitor.say('signed out in the middle', clientId())
    const work = await awa.accept(await awa.offer('in the middle'))

    const { status, body } = await lead.send('POST', `/api/agents/${agentIdOf(awa)}/sign-out`)
    expect(status, JSON.stringify(body)).toBe(200)
    expect(body.presence).toMatchObject({ state: 'offline', cause: 'signed-out' })
    await eventually('the socket to be closed', () => closed.includes(1008))
    expect((await awa.get('/api/inbox')).status).toBe(401)
    const left = await eventually('the chat to leave her', async () => {
      const { interaction } = (await chief.get(`/api/interactions/${work.id}`)).body as {
        interaction: Interaction
      }
      return interaction.agentId === null ? interaction : null
    })
    expect(left.queuedAt).toBe(work.queuedAt)
    const { items } = (await admin.get('/api/audit?limit=100')).body
    expect(
      (items as { action: string; subjectId: string; actorName: string }[]).find(
        ({ action, subjectId }) => action === 'agent.signOut' && subjectId === agentIdOf(awa)
      )?.actorName
    ).toBe('Lead of A')
    visitor.leave()
  })
})

describe('figures of an agent', () => {
  it('are hers alone, come by themselves when they change, and those of the board', async () => {
    const person = boubacar
    await person.listen()
    await person.ready()
    const before = (await person.get('/api/me/figures')).body as { quarters: AgentQuarter[] }
    const visitor = await new Visitor(house.url, await chatAccount(house.url)).connect()
    await visitor.say('counted for one agent', clientId())
    const work = await person.accept(await person.offer('counted for one'))
    await person.close(work.id)
    const told = () =>
      person.heard.flatMap((event) => (event.name === 'figures.changed' ? [event.payload] : []))
    await eventually('it to be counted', () =>
      told().some(({ quarters }) => quarters.some(({ sums }) => (sums['handled'] ?? 0) > 0))
    )
    expect(told().every(({ agentId }) => agentId === agentIdOf(person))).toBe(true)
    const sum = (quarters: AgentQuarter[], name: string) =>
      quarters.reduce((total, { sums }) => total + (sums[name] ?? 0), 0)
    const from = new Date(Date.now() - 3_600_000).toISOString()
    const mine = (await person.get(`/api/me/figures?from=${from}`)).body.quarters as AgentQuarter[]
    expect(sum(mine, 'handled') - sum(before.quarters, 'handled')).toBe(1)
    const board = (await chief.get(`/api/board?from=${from}`)).body.quarters as (AgentQuarter & {
      agentId: string
    })[]
    const ofBoard = board.filter(({ agentId }) => agentId === agentIdOf(person))
    expect(sum(mine, 'handled')).toBe(sum(ofBoard, 'handled'))
    expect(sum(mine, 'answered')).toBe(sum(ofBoard, 'answered'))

    const others = (await chief.get('/api/me/figures')).body.quarters as AgentQuarter[]
    expect(sum(others, 'handled')).toBe(0)
    expect((await person.get('/api/me/figures?from=2020-01-01T00:00:00Z')).status).toBe(400)
    expect((await person.get('/api/me/figures?from=yesterday')).status).toBe(400)
    visitor.leave()
  })

  it('are told once a batch, not once a fact', async () => {
    const told = () => boubacar.heard.filter(({ name }) => name === 'figures.changed').length
    const before = told()
    const pause = await recordNamed(admin, '/api/pause-reasons', 'Lunch').catch(() => null)
    const reasons = (await admin.get('/api/pause-reasons')).body.items as { id: string }[]
    const reasonId = (pause?.id ?? reasons[0]?.id) as string
    for (let n = 0; n < 10; n++) {
      await boubacar.send('PUT', '/api/me/presence', { state: 'paused', pauseReasonId: reasonId })
      await boubacar.ready()
    }
    await eventually('them to be counted', () => told() > before)
    expect(told() - before).toBeLessThan(10)
  })

  it('have a day beside them: her states in order, without a hole', async () => {
    const { body } = await lead.get(`/api/agents/${agentIdOf(awa)}/day`)
    const parts = body.parts as DayPart[]
    expect(parts.length).toBeGreaterThan(1)
    for (const [i, part] of parts.entries()) {
      const next = parts[i + 1]
      expect(part.to).toBe(next ? next.from : null)
    }
    expect(parts.at(-1)?.state).toBe('offline')
    expect((await boubacar.get(`/api/agents/${agentIdOf(boubacar)}/day`)).status).toBe(403)
  })
})
