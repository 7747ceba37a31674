import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Agent as AgentWire } from '@palabre/config/contract/agent'
import { Agent } from '@palabre/hub/agents/agent.model'
import { endLoans } from '@palabre/hub/agents/lend'
import { Person, Visitor, chatAccount, clientId, eventually, openHouse, type House } from './house.ts'
import { hire, recordNamed } from './people.ts'

let house: House
let admin: Person
let guest: Person
let care: string
const visitors: Visitor[] = []

beforeAll(async () => {
  house = await openHouse()
  admin = await Person.signIn(house.url, 'admin')
  care = (await recordNamed(admin, '/api/queues', 'Customer care')).id
  const team = (await admin.post('/api/teams', { name: 'Mail room', queueIds: [] })).body.id
  const skills = (await admin.get('/api/skills')).body.items as { id: string }[]
  guest = await hire(admin, {
    name: 'Guest',
    teamId: team,
    skills: skills.map(({ id }) => ({ skillId: id, level: 5 })),
    capacity: { chat: 1 }
  })
  await guest.atDesk()
})
afterAll(async () => {
  for (const one of visitors) one.leave()
  guest.leave()
  admin.leave()
  await house.stop()
})

const write = async (words: string) => {
  const visitor = await new Visitor(house.url, await chatAccount(house.url)).connect()
  visitors.push(visitor)
  await visitor.say(words, clientId(), { form: { name: words } })
}
const lend = (minutes: number) =>
  admin.post(`/api/queues/${care}/loans`, { agentIds: [guest.me.agent.id], minutes })
const me = async () => (await guest.get('/api/session')).body.agent as AgentWire

it('offers an agent the work of a queue that they are lent to, without anybody asking again', async () => {
  await write('needs a hand')
  await new Promise((resolve) => setTimeout(resolve, 700))
  expect(guest.heard.some(({ payload }) => JSON.stringify(payload).includes('needs a hand'))).toBe(false)

  const { status, body } = await lend(60)
  expect(status).toBe(200)
  const [loan] = (body.items as AgentWire[])[0]!.loans
  expect(loan).toMatchObject({ queueId: care, by: { name: admin.me.user.name } })
  expect(Date.parse(loan!.until) - Date.now()).toBeGreaterThan(59 * 60_000)
  await guest.accept(await guest.offer('needs a hand'))
  expect((await guest.get('/api/session')).body.queueIds).toEqual([care])
})

it('prolongs a loan, and keeps one a queue', async () => {
  await lend(120)
  const { loans } = await me()
  expect(loans).toHaveLength(1)
  expect(Date.parse(loans[0]!.until) - Date.now()).toBeGreaterThan(119 * 60_000)
})

it('ends it at its time: what is in hand stays there, nothing new comes', async () => {
  await Agent.updateOne({ name: 'Guest' }, { 'loans.0.until': new Date(Date.now() - 1000) })
  await endLoans(house.hub, new Date())
  const after = await me()
  expect(after.loans).toEqual([])
  expect(after.holds).toHaveLength(1)
  const held = after.holds[0]!.interactionId
  expect((await guest.get(`/api/interactions/${held}`)).body.interaction.state).toBe('active')
  const { id: dispositionId } = (await guest.get('/api/dispositions')).body.items[0]
  await guest.post(`/api/interactions/${held}/close`, { dispositionId })
  await eventually('the place', async () => (await me()).holds.length === 0)
  await write('comes too late')
  await new Promise((resolve) => setTimeout(resolve, 700))
  expect(guest.heard.some(({ payload }) => JSON.stringify(payload).includes('comes too late'))).toBe(false)
})

it('is ended by hand, twice without harm, and leaves its trace', async () => {
  await lend(5)
  const path = `/api/agents/${String(guest.me.agent.id)}/loans/${care}`
  expect((await admin.send('DELETE', path)).body.loans).toEqual([])
  expect((await admin.send('DELETE', path)).status).toBe(200)
  const trail = await eventually('the trail', async () => {
    const { items } = (await admin.get('/api/audit?limit=50')).body as { items: { action: string }[] }
    const actions = items.map(({ action }) => action)
    return actions.includes('agent.recall') ? actions : undefined
  })
  expect(trail).toContain('agent.lend')
})

it('refuses agents, unknown queues and endless loans', async () => {
  expect(
    (await guest.post(`/api/queues/${care}/loans`, { agentIds: [guest.me.agent.id], minutes: 5 })).body.error
  ).toBe('not-permitted')
  expect(
    (await admin.post(`/api/queues/${'f'.repeat(24)}/loans`, { agentIds: [guest.me.agent.id], minutes: 5 }))
      .body.error
  ).toBe('not-found')
  expect((await lend(721)).body.error).toBe('invalid-input')
  expect(
    (await admin.post(`/api/queues/${care}/loans`, { agentIds: ['f'.repeat(24)], minutes: 5 })).body.error
  ).toBe('not-found')
})

it('drops the skills that somebody who waits asks for', async () => {
  await write('nobody can take this')
  const waiting = await eventually('the interaction', async () => {
    const { body } = await admin.get('/api/interactions?state=queued&text=nobody can')
    return (body.items as { id: string; requirements: unknown[] }[])[0]
  })
  expect(waiting.requirements.length).toBeGreaterThan(0)
  const relax = () =>
    admin.post('/api/interactions/arrange', { ids: [waiting.id], action: { kind: 'relax' } })
  expect((await relax()).body).toEqual({ done: [waiting.id], refused: [] })
  expect((await relax()).body.done).toEqual([waiting.id])
  const { interaction, log } = (await admin.get(`/api/interactions/${waiting.id}`)).body
  expect(interaction.requirements).toEqual([])
  expect((log as { name: string }[]).filter(({ name }) => name === 'relaxed-by-hand')).toHaveLength(1)
})
