import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Interaction } from '@palabre/config/contract/interaction'
import { Person, Visitor, chatAccount, clientId, eventually } from '../flows/house.ts'
import { isBuilt, openStage, type Stage } from './stage.ts'

/** A router dies without letting go of its lease (2.5 s); somebody asks for it twice a second. */
const takeOverMs = 5000

describe.skipIf(!isBuilt)('two hubs on the same databases', () => {
  let stage: Stage
  let accountId: string
  let urlA: string
  let urlB: string

  beforeAll(async () => {
    stage = await openStage({ workers: 1 })
    ;[urlA = '', urlB = ''] = stage.urls
    accountId = await chatAccount(urlA)
  }, 90_000)
  afterAll(() => stage.stop(), 60_000)

  /** Which hub routes: the one that said last that it took the lease. */
  const router = () =>
    stage.hubs
      .flatMap((hub) =>
        hub.words.filter((word) => word.includes('lease taken')).map((word) => ({ hub, word }))
      )
      .sort((a, b) => timeOf(a.word) - timeOf(b.word))
      .at(-1)?.hub

  /** A whole chat between a customer at one hub and an agent at the other. */
  async function chat(customerUrl: string, agentUrl: string, topic: string) {
    const agent = await Person.signIn(agentUrl, 'awa')
    await agent.listen()
    await agent.ready()
    const visitor = await new Visitor(customerUrl, accountId).connect()
    await visitor.say(`${topic}: hello`)
    const { id } = await eventually('an offer by the socket', () =>
      offersTo(agent).find((one) => one.preview.includes(topic))
    )
    const offer = (await agent.get(`/api/interactions/${id}`)).body.interaction as Interaction
    await agent.accept(offer)
    await visitor.saw('state', ({ state }) => state.phase === 'active')

    visitor.write({ type: 'typing', on: true })
    await eventually('typing at the agent', () =>
      agent.heard.find((one) => one.name === 'typing.changed' && one.payload.by === 'contact')
    )
    agent.socket?.send(JSON.stringify({ type: 'watch', topics: [`interaction:${id}`] }))
    agent.socket?.send(JSON.stringify({ type: 'typing', interactionId: id, on: true }))
    await visitor.saw('typing')

    await agent.post(`/api/interactions/${id}/messages`, { clientId: clientId(), text: `${topic}: answer` })
    const { message } = await visitor.saw('message', (frame) => frame.message.text === `${topic}: answer`)
    visitor.write({ type: 'seen', messageId: message.id, read: true })
    await eventually('read', () =>
      agent.heard.find((one) => one.name === 'message.changed' && one.payload.message.state === 'read')
    )
    await visitor.say(`${topic}: thanks`)
    await eventually('the last line', () =>
      agent.heard.find(
        (one) => one.name === 'message.changed' && one.payload.message.text === `${topic}: thanks`
      )
    )
    await agent.close(id)
    await visitor.saw('state', ({ state }) => state.phase === 'ended')
    const { body } = await agent.get(`/api/conversations/${offer.conversationId}/messages`)
    expect((body as { items: { text: string }[] }).items.map(({ text }) => text)).toEqual([
      `${topic}: hello`,
      `${topic}: answer`,
      `${topic}: thanks`
    ])
    agent.leave()
    visitor.leave()
  }

  it(
    'carry a chat from a customer at one to an agent at the other',
    () => chat(urlA, urlB, 'from A to B'),
    30_000
  )
  it('and the other way round', () => chat(urlB, urlA, 'from B to A'), 30_000)

  it('take a message that comes to both at once only once', async () => {
    const first = await new Visitor(urlA, accountId).connect()
    const second = new Visitor(urlB, accountId)
    second.token = first.token
    await second.connect()
    const ids = Array.from({ length: 10 }, () => clientId())
    for (const id of ids) await Promise.all([first.say(`both ${id}`, id), second.say(`both ${id}`, id)])
    const { messages } = (await first.open()) as { messages: { text: string }[] }
    expect(messages.map(({ text }) => text)).toEqual(ids.map((id) => `both ${id}`))
    const agent = await Person.signIn(urlA, 'awa')
    const offer = await agent.offer('both')
    await agent.accept(offer)
    await agent.close(offer.id)
    first.leave()
    second.leave()
  }, 30_000)

  it('go on routing within seconds when the one that routes is killed', async () => {
    const dying = await eventually('a router', router)
    const [left = ''] = stage.urls.filter((url) => !url.endsWith(`:${dying.env['PORT'] ?? ''}`))
    const agent = await Person.signIn(left, 'awa')
    await agent.listen()
    await agent.ready()
    const visitor = await new Visitor(left, accountId).connect()
    dying.kill()
    const since = Date.now()
    await visitor.say('who routes me now?')
    const offer = await eventually(
      'an offer',
      () => offersTo(agent).find((one) => one.preview.includes('who routes')),
      15_000
    )
    expect(Date.now() - since).toBeLessThan(takeOverMs)
    await agent.accept(offer)
    await agent.close(offer.id)
    await stage.healthy()
    agent.leave()
    visitor.leave()
  }, 60_000)

  it('go on routing within seconds when the one that routes freezes, and it does no harm when it wakes', async () => {
    const frozen = await eventually('a router', router)
    const [left = ''] = stage.urls.filter((url) => !url.endsWith(`:${frozen.env['PORT'] ?? ''}`))
    const agent = await Person.signIn(left, 'awa')
    await agent.listen()
    await agent.ready()
    const visitor = await new Visitor(left, accountId).connect()
    const thaw = frozen.freeze(7000)
    const since = Date.now()
    await visitor.say('is anybody awake?')
    const offer = await eventually(
      'an offer',
      () => offersTo(agent).find((one) => one.preview.includes('anybody awake')),
      15_000
    )
    expect(Date.now() - since).toBeLessThan(takeOverMs)
    await agent.accept(offer)
    await thaw
    await stage.healthy()
    await new Promise((resolve) => setTimeout(resolve, 2000))
    const { body } = await agent.get(`/api/interactions/${offer.id}`)
    expect(body.interaction).toMatchObject({ state: 'active', agentId: offer.offer?.agentId })
    expect(body.log.filter(({ name }: { name: string }) => name === 'offered')).toHaveLength(1)
    await agent.close(offer.id)
    agent.leave()
    visitor.leave()
  }, 60_000)

  it('go on routing within seconds when the one that routes is cut off from Redis, and it does no harm afterwards', async () => {
    const cut = await eventually('a router', router)
    const n = stage.hubs.indexOf(cut)
    const left = stage.urls[1 - n]!
    const agent = await Person.signIn(left, 'awa')
    await agent.listen()
    await agent.ready()
    const visitor = await new Visitor(left, accountId).connect()
    stage.taps[n]!.shut()
    const since = Date.now()
    await visitor.say('who hears me?')
    const offer = await eventually(
      'an offer',
      () => offersTo(agent).find((one) => one.preview.includes('who hears me')),
      15_000
    )
    expect(Date.now() - since).toBeLessThan(takeOverMs)
    await agent.accept(offer)
    stage.taps[n]!.open()
    await stage.healthy()
    await new Promise((resolve) => setTimeout(resolve, 2000))
    const { body } = await agent.get(`/api/interactions/${offer.id}`)
    expect(body.log.filter(({ name }: { name: string }) => name === 'offered')).toHaveLength(1)
    await agent.close(offer.id)
    agent.leave()
    visitor.leave()
  }, 60_000)

  it('share the partitions of the queues between them', async () => {
    const admin = await Person.signIn(urlA, 'admin')
    for (const partition of ['second', 'third', 'fourth'])
      expect((await admin.post('/api/queues', { name: `Of ${partition}`, partition })).status).toBe(200)
    const { redis, env } = stage.observer
    const holders = () =>
      redis.mget(
        ['main', 'second', 'third', 'fourth'].map((name) => `${env.REDIS_PREFIX}:lease:router:${name}`)
      )
    const shared = await eventually(
      'an even share',
      async () => {
        const nodes = await holders()
        const counts = [...new Set(nodes)].map((node) => nodes.filter((one) => one === node).length)
        const even = !nodes.includes(null) && counts.length === 2 && counts.every((count) => count === 2)
        return even ? nodes : null
      },
      15_000
    )
    expect(new Set(shared).size).toBe(2)
  }, 30_000)
})

const timeOf = (word: string) => (JSON.parse(word) as { time: number }).time

const offersTo = (agent: Person) =>
  agent.heard.flatMap((one) =>
    one.name === 'interaction.changed' && one.payload.interaction.state === 'offered'
      ? [one.payload.interaction]
      : []
  )
