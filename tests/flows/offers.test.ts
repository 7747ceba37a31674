import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Agent, type AgentDoc } from '@palabre/hub/agents/agent.model'
import { Interaction, type InteractionDoc } from '@palabre/hub/interactions/interaction.model'
import { Types } from 'mongoose'
import { Person, Visitor, chatAccount, clientId, eventually, openHouse, type House } from './house.ts'

let house: House
let accountId: string
let awa: Person
let boris: Person
let admin: Person

beforeAll(async () => {
  house = await openHouse()
  accountId = await chatAccount(house.url)
  admin = await Person.signIn(house.url, 'admin')
  awa = await Person.signIn(house.url, 'awa')
  boris = await Person.signIn(house.url, 'boris')
})
afterAll(() => house.stop())

const arrive = async (text: string) => {
  const visitor = await new Visitor(house.url, accountId).connect()
  await visitor.say(text)
  return visitor
}
const read = async (id: string) => (await Interaction.findById(id).lean()) as InteractionDoc
const agentOf = async (person: Person) => (await Agent.findById(person.me.agent.id).lean()) as AgentDoc
const setQueue = async (change: Record<string, unknown>) => {
  const { body } = await admin.get('/api/queues')
  const queue = body.items.find(({ name }: { name: string }) => name === 'Customer care')
  const answer = await admin.send('PATCH', `/api/queues/${queue.id}`, { version: queue.version, change })
  expect(answer.status).toBe(200)
}

describe('an offer', () => {
  it('goes to the next agent with its age when it is declined', async () => {
    await awa.ready()
    const visitor = await arrive('decline me')
    const offer = await awa.offer('decline me')
    await boris.ready()
    await awa.post(`/api/interactions/${offer.id}/decline`, { offerId: offer.offer?.id, reason: 'busy' })
    const second = await boris.offer('decline me')
    expect(second.queuedAt).toBe(offer.queuedAt)
    await boris.accept(second)
    expect((await agentOf(awa)).holds).toHaveLength(0)
    await boris.close(offer.id)
    await boris.send('PUT', '/api/me/presence', { state: 'offline' })
    visitor.leave()
  })

  it('expires to RONA, keeps its age, and makes the agent no-answer after the misses allowed', async () => {
    await setQueue({ offerSeconds: 5, missesAllowed: 1 })
    await awa.ready()
    const visitor = await arrive('nobody answers')
    const offer = await awa.offer('nobody answers')
    await eventually(
      'expiry',
      async () => (await read(offer.id)).log.some(({ name }) => name === 'expired'),
      12_000
    )
    const agent = await eventually('no-answer', async () => {
      const doc = await agentOf(awa)
      return doc.presence.state === 'no-answer' ? doc : null
    })
    expect(agent.presence.cause).toBe('offer-missed')
    expect(agent.holds).toHaveLength(0)
    expect((await read(offer.id)).queuedAt.toISOString()).toBe(offer.queuedAt)
    const late = await awa.post(`/api/interactions/${offer.id}/accept`, { offerId: offer.offer?.id })
    expect(late.body.error).toBe('not-offered')
    await setQueue({ offerSeconds: 30, missesAllowed: 2 })
    await awa.ready()
    await awa.accept(await awa.offer('nobody answers'))
    await awa.close(offer.id)
    visitor.leave()
  }, 30_000)

  it('is withdrawn when the agent pauses, and comes to somebody else', async () => {
    await awa.ready()
    const visitor = await arrive('pause now')
    await awa.offer('pause now')
    const reasons = (await awa.get('/api/pause-reasons')).body.items as { id: string }[]
    await awa.send('PUT', '/api/me/presence', { state: 'paused', pauseReasonId: reasons[0]?.id })
    await boris.ready()
    const offer = await boris.accept(await boris.offer('pause now'))
    await boris.close(offer.id)
    await boris.send('PUT', '/api/me/presence', { state: 'offline' })
    visitor.leave()
  })

  it('cannot be accepted by anybody else, nor twice', async () => {
    await awa.ready()
    const visitor = await arrive('only mine')
    const offer = await awa.offer('only mine')
    const stolen = await boris.post(`/api/interactions/${offer.id}/accept`, { offerId: offer.offer?.id })
    expect(stolen.status).toBe(409)
    await awa.accept(offer)
    await awa.accept(offer)
    const accepted = (await read(offer.id)).log.filter(({ name }) => name === 'accepted')
    expect(accepted).toHaveLength(1)
    await awa.close(offer.id)
    visitor.leave()
  })

  it('never exceeds capacity, and the rest waits and then comes', async () => {
    await awa.ready()
    const visitors = await Promise.all(Array.from({ length: 7 }, (_, i) => arrive(`crowd ${String(i)}`)))
    await eventually('four offers', async () => (await agentOf(awa)).holds.length === 4)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect((await agentOf(awa)).holds).toHaveLength(4)
    for (let i = 0; i < 7; i++) {
      const offer = await awa.accept(await awa.offer('crowd'))
      await awa.close(offer.id)
    }
    expect((await agentOf(awa)).holds).toHaveLength(0)
    for (const visitor of visitors) visitor.leave()
  })
})

describe('a transfer', () => {
  it('to a queue keeps the age and takes the note along', async () => {
    await awa.ready()
    const visitor = await arrive('needs a loan')
    const mine = await awa.accept(await awa.offer('needs a loan'))
    const queues = (await awa.get('/api/queues')).body.items as { id: string; name: string }[]
    const loans = queues.find(({ name }) => name === 'Loans')
    const moved = await awa.post(`/api/interactions/${mine.id}/transfer`, {
      to: { queueId: loans?.id },
      note: 'wants 5 years'
    })
    expect(moved.body).toMatchObject({ queueId: loans?.id, agentId: null, queuedAt: mine.queuedAt })
    await boris.ready()
    const offer = await boris.accept(await boris.offer('needs a loan'))
    expect(offer.transfer?.note).toBe('wants 5 years')
    expect((await agentOf(awa)).holds).toHaveLength(0)
    await boris.close(offer.id)
    visitor.leave()
  })

  it('to an agent is an offer to that agent', async () => {
    await awa.ready()
    await boris.ready()
    const visitor = await arrive('to a person')
    const first = await eventually('somebody is offered it', async () => {
      const [a, b] = await Promise.all([awa.get('/api/inbox'), boris.get('/api/inbox')])
      const find = (answer: typeof a) =>
        answer.body.items.find((one: { preview: string }) => one.preview === 'to a person')
      return find(a)
        ? { person: awa, other: boris, offer: find(a) }
        : find(b) && { person: boris, other: awa, offer: find(b) }
    })
    const mine = await first.person.accept(first.offer)
    await first.person.post(`/api/interactions/${mine.id}/transfer`, {
      to: { agentId: first.other.me.agent.id }
    })
    await first.other.accept(await first.other.offer('to a person'))
    expect((await agentOf(first.person)).holds).toHaveLength(0)
    await first.other.close(mine.id)
    await boris.send('PUT', '/api/me/presence', { state: 'offline' })
    visitor.leave()
  })
})

describe('somebody who comes back', () => {
  it('is offered to the agent of before', async () => {
    await awa.ready()
    const visitor = await arrive('hello again later')
    const mine = await awa.accept(await awa.offer('hello again'))
    await awa.post(`/api/interactions/${mine.id}/close`, {})
    await awa.post(`/api/interactions/${mine.id}/finish`, {
      dispositionId: (await awa.get('/api/dispositions')).body.items[0].id
    })
    await boris.ready()
    await visitor.say('one more thing', clientId())
    const again = await awa.offer('one more thing')
    expect(again.id).not.toBe(mine.id)
    expect(again.conversationId).toBe(mine.conversationId)
    expect(again.offer?.reasons.map(({ code }) => code)).toContain('sticky')
    await awa.accept(again)
    await awa.close(again.id)
    await boris.send('PUT', '/api/me/presence', { state: 'offline' })
    visitor.leave()
  })
})

describe('places and work', () => {
  it('that a crash left taken are given back', async () => {
    const agentId = new Types.ObjectId(awa.me.agent.id as string)
    await Agent.updateOne(
      { _id: agentId },
      {
        $push: {
          holds: { interactionId: new Types.ObjectId(), medium: 'chat', since: new Date(Date.now() - 60_000) }
        }
      }
    )
    await eventually(
      'the place is free',
      async () => (await agentOf(awa)).holds.every(({ since }) => Date.now() - +since < 50_000),
      15_000
    )
  }, 20_000)

  it('go to others when the connection is lost', async () => {
    await awa.ready()
    const visitor = await arrive('agent vanishes')
    const mine = await awa.accept(await awa.offer('agent vanishes'))
    await Agent.updateOne({ _id: awa.me.agent.id }, { seenAt: new Date(Date.now() - 60_000) })
    await eventually('offline', async () => (await agentOf(awa)).presence.cause === 'connection-lost', 15_000)
    await boris.ready()
    const again = await boris.accept(await boris.offer('agent vanishes'))
    expect(again.queuedAt).toBe(mine.queuedAt)
    await boris.close(again.id)
    visitor.leave()
  }, 25_000)
})
