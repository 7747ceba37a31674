import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Agent, type AgentDoc } from '@palabre/hub/agents/agent.model'
import { parkIdle } from '@palabre/hub/agents/park'
import { Interaction, type InteractionDoc } from '@palabre/hub/interactions/interaction.model'
import { Message } from '@palabre/hub/messages/message.model'
import { Person, Visitor, chatAccount, eventually, openHouse, type House } from './house.ts'
import { hire, recordNamed } from './people.ts'

let house: House
let accountId: string
let admin: Person
let supervisor: Person
let awa: Person
let boris: Person
let careId: string
let loansId: string
let teamId: string
let cardsId: string
const visitors: Visitor[] = []

beforeAll(async () => {
  house = await openHouse()
  accountId = await chatAccount(house.url)
  admin = await Person.signIn(house.url, 'admin')
  supervisor = await Person.signIn(house.url, 'supervisor')
  awa = await Person.signIn(house.url, 'awa')
  boris = await Person.signIn(house.url, 'boris')
  careId = (await recordNamed(admin, '/api/queues', 'Customer care')).id
  loansId = (await recordNamed(admin, '/api/queues', 'Loans')).id
  teamId = (await recordNamed(admin, '/api/teams', 'Bank floor')).id
  cardsId = (await recordNamed(admin, '/api/skills', 'Cards and accounts')).id
})
afterAll(() => house.stop())
beforeEach(async () => {
  for (const visitor of visitors.splice(0)) visitor.leave()
  await setQueue(careId, plain)
  for (const person of [awa, boris]) await person.send('PUT', '/api/me/presence', { state: 'offline' })
})

const plain = {
  requirements: [] as unknown[],
  relaxation: { steps: [], ending: { rule: 'never' } },
  overflow: [],
  boosts: [],
  order: 'first-in',
  priority: 0,
  agentChoice: 'longest-idle',
  sticky: { mode: 'off', seconds: 0, skillNeeded: true }
}

const setQueue = async (id: string, change: Record<string, unknown>) => {
  const queue = (await admin.get('/api/queues')).body.items.find((one: { id: string }) => one.id === id)
  const answer = await admin.send('PATCH', `/api/queues/${id}`, { version: queue.version, change })
  expect(answer.body).toMatchObject({ id })
}
const arrive = async (text: string) => {
  const visitor = await new Visitor(house.url, accountId).connect()
  visitors.push(visitor)
  await visitor.say(text)
  return visitor
}
const waitingOf = (text: string) =>
  eventually(`${text} to wait`, async () => {
    const doc = (await Interaction.findOne({
      preview: text,
      state: { $ne: 'closed' }
    }).lean()) as InteractionDoc | null
    return doc
  })
const read = async (id: unknown) => (await Interaction.findById(id).lean()) as unknown as InteractionDoc
const agentDoc = async (person: Person) => (await Agent.findById(person.me.agent.id).lean()) as AgentDoc
const finish = async (person: Person, id: string) => {
  await person.close(id)
  await eventually('its end', async () => (await read(id)).state === 'closed')
}

describe('requirements', () => {
  it('combine: any, not, level ranges and named agents decide who is offered', async () => {
    await setQueue(careId, {
      requirements: [
        { any: [{ skillId: cardsId, level: 1, upTo: 2 }, { agentIds: [boris.me.agent.id] }] },
        { not: { agentIds: [awa.me.agent.id] } }
      ]
    })
    await awa.ready()
    await arrive('only boris fits')
    await new Promise((resolve) => setTimeout(resolve, 400))
    expect((await waitingOf('only boris fits')).state).toBe('queued')
    await boris.ready()
    const offer = await boris.accept(await boris.offer('only boris fits'))
    await finish(boris, offer.id)
  })

  it('that nobody could ever meet, or that name what is not there, are refused', async () => {
    const queue = await recordNamed(admin, '/api/queues', 'Customer care')
    const change = (requirements: unknown) =>
      admin.send('PATCH', `/api/queues/${queue.id}`, { version: queue.version, change: { requirements } })
    const cards = { skillId: cardsId, level: 3 }
    expect((await change([cards, { not: cards }])).body.error).toBe('invalid-input')
    expect((await change([{ skillId: cardsId, level: 4, upTo: 2 }])).body.error).toBe('invalid-input')
    expect((await change([{ any: [{ skillId: 'f'.repeat(24), level: 1 }] }])).body.error).toBe(
      'unknown-reference'
    )
    expect((await change([{ agentIds: ['f'.repeat(24)] }])).body.error).toBe('unknown-reference')
    expect((await change([{ all: [{ all: [{ all: [{ all: [cards] }] }] }] }])).body.error).toBe(
      'invalid-input'
    )
  })
})

describe('relaxation', () => {
  it('lowers what is asked for step by step, and its timers count from the real age', async () => {
    await setQueue(careId, {
      requirements: [{ skillId: cardsId, level: 5 }],
      relaxation: {
        steps: [{ afterSeconds: 2, lowerLevelsBy: 3, dropSkillIds: [], addQueueIds: [], addTeamIds: [] }],
        ending: { rule: 'anyone', afterSeconds: 600 }
      }
    })
    await boris.ready()
    await arrive('in two seconds')
    const waiting = await waitingOf('in two seconds')
    const told = await supervisor.get(`/api/interactions/${String(waiting._id)}/routing`)
    expect(told.body).toMatchObject({ position: 1, why: [{ code: 'nobody-there' }] })
    expect(told.body.next.map(({ reason }: { reason: { code: string } }) => reason.code)).toEqual(
      expect.arrayContaining(['relaxes', 'anyone', 'target-broken'])
    )
    const offer = await boris.offer('in two seconds')
    expect(Date.now() - Date.parse(offer.queuedAt)).toBeGreaterThanOrEqual(2000)
    expect(offer.offer?.reasons.map(({ code }) => code)).toContain('relaxed')
    const mine = await boris.accept(offer)
    const story = (await read(mine.id)).log.find(({ name }) => name === 'offered')
    expect(story?.reasons?.map(({ code }) => code)).toContain('longest-idle')
    await finish(boris, mine.id)
  })

  it('refuses steps out of order, and an ending before the last step', async () => {
    const queue = await recordNamed(admin, '/api/queues', 'Customer care')
    const step = (afterSeconds: number) => ({
      afterSeconds,
      lowerLevelsBy: 1,
      dropSkillIds: [],
      addQueueIds: [],
      addTeamIds: []
    })
    for (const relaxation of [
      { steps: [step(20), step(10)], ending: { rule: 'never' } },
      { steps: [step(20)], ending: { rule: 'anyone', afterSeconds: 20 } },
      { steps: [step(-1)], ending: { rule: 'never' } },
      { steps: Array.from({ length: 7 }, (_, i) => step(i + 1)), ending: { rule: 'never' } }
    ]) {
      const { body } = await admin.send('PATCH', `/api/queues/${queue.id}`, {
        version: queue.version,
        change: { relaxation }
      })
      expect(body.error).toBe('invalid-input')
    }
  })
})

describe('overflow', () => {
  const toLoans = { media: [], when: { kind: 'waited', seconds: 1 }, then: { kind: 'queue', queueId: '' } }

  it('moves what waited too long to the other queue, once, with its age', async () => {
    await setQueue(careId, {
      requirements: [{ skillId: cardsId, level: 5 }],
      overflow: [{ ...toLoans, then: { kind: 'queue', queueId: loansId } }]
    })
    await boris.ready()
    await arrive('over to loans')
    const offer = await boris.offer('over to loans')
    expect(offer.queueId).toBe(loansId)
    const mine = await boris.accept(offer)
    const story = (await read(mine.id)).log.filter(({ name }) => name === 'overflowed')
    expect(story).toHaveLength(1)
    expect(story[0]?.figures).toMatchObject({ fromQueueId: careId, queueId: loansId, cause: 'waited' })
    await finish(boris, mine.id)
  })

  it('says its text once and suggests a form when nobody is signed in', async () => {
    await setQueue(careId, {
      overflow: [
        {
          media: ['chat'],
          when: { kind: 'nobody' },
          then: { kind: 'message', text: { en: 'Nobody is here yet.', fr: 'Personne n’est là.' } }
        },
        { media: [], when: { kind: 'nobody' }, then: { kind: 'suggest', what: 'form' } }
      ]
    })
    await arrive('is anybody there?')
    const waiting = await eventually('the suggestion', async () => {
      const doc = await Interaction.findOne({
        preview: /anybody there|Nobody is here/,
        state: 'queued'
      }).lean()
      return doc?.suggestion === 'form' ? doc : null
    })
    await visitors[0]!.saw('state', ({ state }) => state.suggestion === 'form' && state.position === 1)
    await new Promise((resolve) => setTimeout(resolve, 1500))
    const said = await Message.find({ interactionId: waiting._id, automatic: 'overflow' }).lean()
    expect(said.map(({ text }) => text)).toEqual(['Nobody is here yet.'])
    await awa.ready()
    const offer = await awa.accept(await awa.offer('Nobody is here yet.'))
    await finish(awa, offer.id)
  })

  it('in a circle is refused when it is configured', async () => {
    await setQueue(careId, { overflow: [{ ...toLoans, then: { kind: 'queue', queueId: loansId } }] })
    const loans = await recordNamed(admin, '/api/queues', 'Loans')
    for (const queueId of [careId, loansId]) {
      const { body } = await admin.send('PATCH', `/api/queues/${loansId}`, {
        version: loans.version,
        change: { overflow: [{ ...toLoans, then: { kind: 'queue', queueId } }] }
      })
      expect(body.error).toBe('invalid-input')
    }
  })
})

describe('capacity', () => {
  it('follows the profile of the team, and own places go before it', async () => {
    const { body: profile } = await admin.post('/api/capacity-profiles', {
      name: 'One at a time',
      places: { chat: 1, email: 1 },
      interruptedBy: { voice: [], callback: [], chat: [], messaging: [], email: [], social: [] },
      total: 1,
      idleMinutes: null
    })
    const { body: team } = await admin.post('/api/teams', {
      name: 'Careful',
      queueIds: [careId],
      capacityProfileId: profile.id
    })
    const carla = await hire(admin, { name: 'Careful one', teamId: team.id })
    await admin.send('PATCH', `/api/agents/${carla.me.agent.id}`, { change: { capacity: null } })
    await carla.ready()
    await arrive('profile one')
    await arrive('profile two')
    const first = await carla.accept(await carla.offer('profile one'))
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect((await agentDoc(carla)).holds).toHaveLength(1)
    await admin.send('PATCH', `/api/agents/${carla.me.agent.id}`, {
      change: { capacity: { chat: 2 }, capacityProfileId: null, teamId: teamId }
    })
    const second = await carla.accept(await carla.offer('profile two'))
    await finish(carla, first.id)
    await finish(carla, second.id)
    await carla.send('PUT', '/api/me/presence', { state: 'offline' })
  })

  it('gives the place of a silent written thread back, and takes it again when the customer writes', async () => {
    const { body: profile } = await admin.post('/api/capacity-profiles', {
      name: 'Patient',
      places: { chat: 1, messaging: 1, email: 1 },
      interruptedBy: {
        voice: [],
        callback: [],
        chat: ['chat'],
        messaging: ['messaging', 'chat'],
        email: ['email', 'chat'],
        social: []
      },
      total: null,
      idleMinutes: 1
    })
    await awa.ready()
    await arrive('silence')
    const mine = await awa.accept(await awa.offer('silence'))
    await admin.send('PATCH', `/api/agents/${awa.me.agent.id}`, {
      change: { capacityProfileId: profile.id, capacity: null }
    })
    // A thread of a channel whose customers answer hours later.
    const past = new Date(Date.now() - 120_000)
    await Interaction.updateOne(
      { _id: mine.id },
      { medium: 'messaging', waitingFor: 'customer', lastMessageAt: past }
    )
    await Agent.updateOne(
      { _id: awa.me.agent.id },
      { $set: { 'holds.0.medium': 'messaging' }, $inc: { version: 1 } }
    )
    await eventually('parking', async () => {
      await parkIdle(house.hub, new Date())
      return (await agentDoc(awa)).holds[0]?.parked === 'idle'
    })
    await visitors[0]!.say('I am back')
    await eventually('the place again', async () => ((await agentDoc(awa)).holds[0]?.parked ?? null) === null)
    await finish(awa, mine.id)
    await admin.send('PATCH', `/api/agents/${awa.me.agent.id}`, {
      change: { capacityProfileId: null, capacity: { chat: 4, email: 5 } }
    })
  })
})

describe('the contact', () => {
  it('is put first by an attribute, and kept from an agent', async () => {
    await setQueue(careId, { boosts: [{ attribute: 'segment', value: 'gold', points: 30 }] })
    const gold = await arrive('first words')
    const begun = await waitingOf('first words')
    await awa.ready()
    await finish(awa, (await awa.accept(await awa.offer('first words'))).id)
    const { body: contact } = await awa.get(`/api/contacts/${String(begun.contactId)}`)
    const { status } = await awa.send('PATCH', `/api/contacts/${contact.id}`, {
      version: contact.version,
      change: { attributes: { segment: 'Gold' }, forbiddenIds: [awa.me.agent.id] }
    })
    expect(status).toBe(200)
    await gold.say('gold comes back')
    const waiting = await waitingOf('gold comes back')
    expect(waiting.priority).toBe(30)
    await new Promise((resolve) => setTimeout(resolve, 400))
    expect((await read(waiting._id)).state).toBe('queued')
    await boris.ready()
    await finish(boris, (await boris.accept(await boris.offer('gold comes back'))).id)
  })

  it('comes back to the agent of before in any queue, where the queue says so', async () => {
    await setQueue(careId, { sticky: { mode: 'any-queue', seconds: 60, skillNeeded: true } })
    await boris.ready()
    const visitor = await arrive('we know each other')
    await finish(boris, (await boris.accept(await boris.offer('we know each other'))).id)
    await awa.ready()
    await visitor.say('me again')
    const offer = await boris.offer('me again')
    expect(offer.offer?.reasons.map(({ code }) => code)).toContain('sticky')
    await finish(boris, (await boris.accept(offer)).id)
  })
})

describe('by hand', () => {
  it('a supervisor re-prioritises, moves and re-queues many; what cannot be is told', async () => {
    await arrive('bulk one')
    await arrive('bulk two')
    const [one, two] = [await waitingOf('bulk one'), await waitingOf('bulk two')]
    const raised = await supervisor.send('PUT', `/api/interactions/${String(two._id)}/priority`, {
      priority: 50,
      version: two.version
    })
    expect(raised.body.priority).toBe(50)
    const old = await supervisor.send('PUT', `/api/interactions/${String(two._id)}/priority`, {
      priority: 60,
      version: two.version
    })
    expect(old.body.error).toBe('changed-meanwhile')
    const { body } = await supervisor.post('/api/interactions/arrange', {
      ids: [String(one._id), String(two._id), 'f'.repeat(24)],
      action: { kind: 'move', queueId: loansId }
    })
    expect(body.done).toHaveLength(2)
    expect(body.refused).toEqual([{ id: 'f'.repeat(24), error: 'not-found' }])
    expect((await read(two._id)).priority).toBe(50)
    expect(
      (await awa.post('/api/interactions/arrange', { ids: [String(one._id)], action: { kind: 'requeue' } }))
        .status
    ).toBe(403)
    await boris.ready()
    const first = await boris.accept(await boris.offer('bulk two'))
    const requeued = await supervisor.post('/api/interactions/arrange', {
      ids: [first.id],
      action: { kind: 'requeue' }
    })
    expect(requeued.body.done).toEqual([first.id])
    expect((await read(first.id)).queuedAt.toISOString()).toBe(first.queuedAt)
    await finish(boris, (await boris.accept(await boris.offer('bulk two'))).id)
    await finish(boris, (await boris.accept(await boris.offer('bulk one'))).id)
  })

  it('a transfer to a skill finds who has it', async () => {
    await awa.ready()
    await arrive('needs level two exactly')
    const mine = await awa.accept(await awa.offer('needs level two exactly'))
    await boris.ready()
    await awa.post(`/api/interactions/${mine.id}/transfer`, {
      to: { requirements: [{ skillId: cardsId, level: 1, upTo: 2 }] }
    })
    await finish(boris, (await boris.accept(await boris.offer('needs level two exactly'))).id)
  })

  it('a consult opens the conversation to a colleague of another team until it is ended', async () => {
    const { body: team } = await admin.post('/api/teams', { name: 'Experts', queueIds: [] })
    const expert = await hire(admin, { name: 'An expert', teamId: team.id })
    await expert.ready()
    await awa.ready()
    await arrive('may I ask')
    const mine = await awa.accept(await awa.offer('may I ask'))
    const path = `/api/interactions/${mine.id}`
    expect((await expert.get(path)).status).toBe(404)
    const { body: asked } = await awa.post(`${path}/consults`, {
      agentId: expert.me.agent.id,
      question: 'Is this fee right?'
    })
    expect(asked.consults).toHaveLength(1)
    expect((await expert.get(path)).status).toBe(200)
    expect((await expert.get('/api/inbox')).body.items.map(({ id }: { id: string }) => id)).toContain(mine.id)
    const twice = await awa.post(`${path}/consults`, { agentId: expert.me.agent.id, question: 'Again?' })
    expect(twice.body.error).toBe('already-exists')
    await expert.send('DELETE', `${path}/consults/${asked.consults[0].id}`)
    expect((await expert.get(path)).status).toBe(404)
    await finish(awa, mine.id)
  })

  it('shows to whom what waits would go under other rules, and empties a queue', async () => {
    await setQueue(careId, { requirements: [{ skillId: cardsId, level: 5 }] })
    await boris.ready()
    await arrive('who would get me')
    const waiting = await waitingOf('who would get me')
    const preview = (change: object) => admin.post(`/api/queues/${careId}/preview`, { change })
    expect((await preview({})).body.items[0]).toMatchObject({ agentId: null })
    const other = await preview({ requirements: [{ skillId: cardsId, level: 2 }] })
    expect(other.body.items[0]).toMatchObject({
      interactionId: String(waiting._id),
      agentId: boris.me.agent.id
    })
    expect((await read(waiting._id)).state).toBe('queued')
    const { body } = await admin.post(`/api/queues/${careId}/empty`, { toQueueId: loansId })
    expect(body.moved).toBe(1)
    await finish(boris, (await boris.accept(await boris.offer('who would get me'))).id)
  })
})

describe('the estimate', () => {
  it('is told with the place, and measured against what came', async () => {
    await awa.ready()
    for (const n of [1, 2, 3]) {
      await arrive(`pace ${String(n)}`)
      const mine = await awa.accept(await awa.offer(`pace ${String(n)}`))
      await new Promise((resolve) => setTimeout(resolve, 1100))
      await finish(awa, mine.id)
    }
    const crowd = []
    for (let n = 0; n < 6; n++) crowd.push(await arrive(`crowd ${String(n)}`))
    for (let n = 0; n < 4; n++) await awa.accept(await awa.offer('crowd'))
    const last = await waitingOf('crowd 5')
    const told = await eventually('an estimate', async () => (await read(last._id)).estimate)
    expect(told).toMatchObject({ position: 2, seconds: expect.any(Number) as number })
    await crowd[5]!.saw('state', ({ state }) => state.position === 2 && state.estimatedWaitS !== null)
    const { body: inbox } = await awa.get('/api/inbox')
    for (const { id } of inbox.items as { id: string }[]) await finish(awa, id)
    for (let n = 0; n < 2; n++) await finish(awa, (await awa.accept(await awa.offer('crowd'))).id)
    const day = 86_400_000
    const [from, to] = [-day, day].map((ms) => new Date(Date.now() + ms).toISOString())
    const measured = await eventually('the measure', async () => {
      const { body } = await supervisor.get(
        `/api/routing/estimate-errors?from=${String(from)}&to=${String(to)}`
      )
      const item = body.items.find(({ queueId }: { queueId: string }) => queueId === careId)
      return item?.told >= 2 ? item : null
    })
    const { waitedSeconds, estimatedSeconds } = (await read(last._id)).log.find(
      ({ name }) => name === 'accepted'
    )!.figures
    expect(measured.meanAbsoluteErrorS).toBeGreaterThanOrEqual(0)
    expect(Math.abs(Number(waitedSeconds) - Number(estimatedSeconds))).toBeLessThanOrEqual(
      measured.meanAbsoluteErrorS * measured.told + 0.5
    )
    expect((await awa.get(`/api/routing/estimate-errors?from=${String(from)}&to=${String(to)}`)).status).toBe(
      403
    )
  })
})

describe('an agent who leaves for good', () => {
  it('gives back what they hold, offered, active and written', async () => {
    const guest = await hire(admin, { name: 'A guest', teamId })
    await guest.ready()
    await arrive('left alone')
    const mine = await guest.accept(await guest.offer('left alone'))
    await Interaction.updateOne({ _id: mine.id }, { medium: 'email' })
    const user = (await admin.get('/api/users')).body.items.find(
      ({ name }: { name: string }) => name === 'A guest'
    )
    expect((await admin.send('DELETE', `/api/users/${user.id}`)).status).toBe(200)
    const doc = await eventually('its return', async () => {
      const one = await read(mine.id)
      return one.state === 'queued' ? one : null
    })
    expect(doc.queuedAt.toISOString()).toBe(mine.queuedAt)
    await awa.ready()
    await finish(awa, (await awa.accept(await awa.offer('left alone'))).id)
  })
})
