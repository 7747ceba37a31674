import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Agent as AgentWire } from '@palabre/config/contract/agent'
import type { BoardCell, BoardQuarter } from '@palabre/config/contract/board'
import type { Interaction as InteractionWire } from '@palabre/config/contract/interaction'
import { Interaction } from '@palabre/hub/interactions/interaction.model'
import { Fact } from '@palabre/hub/record/fact.model'
import { openGateways } from '@palabre/workers/listeners/gateways'
import { listenToAccounts } from '@palabre/workers/listeners/listen'
import { Post } from '../chaos/post.ts'
import { openSink, type Sink } from '../chaos/sink.ts'
import { FloorAgent, type Habits } from '../floor/agent.ts'
import { characterOf } from '../floor/character.ts'
import { Desk } from '../floor/desk.ts'
import { Door } from '../floor/door.ts'
import { openNode, type Node } from '../floor/node.ts'
import { chance } from '../floor/random.ts'
import { inOrder } from '../floor/screen.ts'
import {
  cellDifferences,
  cellsOf,
  differences,
  totalsIn,
  totalsOf,
  type StoredFact,
  type StoredWork
} from '../floor/truth.ts'
import { FloorWatch } from '../floor/watch.ts'
import { startGraph, type Graph } from '../simulators/graph/graph.ts'
import type { GraphNumber } from '../simulators/graph/webhooks.ts'
import { chatAccount, eventually, openHouse, Person, spareSmtpPort, Visitor, type House } from './house.ts'
import { hire, ownPassword, recordNamed } from './people.ts'

const staff = 10
const customers = 60
const number: GraphNumber = {
  phoneNumberId: '106540352242922',
  wabaId: '102290129340398',
  display: '221338890000',
  accessToken: 'access-of-the-number',
  appSecret: 'secret of the app 0123456789'
}

/** A second screen of somebody who works at another one. */
class Tab extends Desk {
  protected comesBackMs = () => 100
  protected handle = () => Promise.resolve()
}

const luck = chance(2026)
/** A minute of work takes half a second. */
const pace = 0.01

let house: House
let second: Node
let graph: Graph
let sink: Sink
let listeners: { stop(): Promise<unknown> }[]
let admin: Person
let post: Post
let accountId: string
const agents: FloorAgent[] = []
const visitors: Visitor[] = []
let twin: Tab
let still: FloorWatch
let cut: FloorWatch

/** Somebody's second login, in the same order as the first. */
const emails: string[] = []

beforeAll(async () => {
  const smtpPort = await spareSmtpPort()
  house = await openHouse({ env: { SMTP_PORT: String(smtpPort) } })
  second = await openNode(house.hub)
  graph = await startGraph([number])
  sink = await openSink(smtpPort + 1, 0, () => undefined)
  listeners = [openGateways(house.hub), listenToAccounts(house.hub)]
  post = new Post(smtpPort)
  admin = await Person.signIn(house.url, 'admin')
  const queues = ['Customer care', 'Loans', 'Mail']
  for (const name of queues) {
    const { id, version } = await recordNamed(admin, '/api/queues', name)
    // A missed offer goes on soon.
    const { status } = await admin.send('PATCH', `/api/queues/${id as string}`, {
      version,
      change: { offerSeconds: 5 }
    })
    expect(status).toBe(200)
  }
  const { phoneNumberId, wabaId, accessToken, appSecret } = number
  const { body } = await admin.post('/api/accounts', {
    channel: 'whatsapp',
    name: 'WhatsApp',
    queueId: (await recordNamed(admin, '/api/queues', 'Loans')).id,
    settings: {
      phoneNumberId,
      wabaId,
      accessToken,
      appSecret,
      verifyToken: 'agreed words',
      graphUrl: graph.url
    }
  })
  graph.hook(`${house.url}/hooks/${body.id as string}`)
  accountId = await chatAccount(house.url)
  await seatEverybody()
  const from = new Date(Date.now() - 3_600_000)
  still = new FloorWatch(house.url, (await Person.signIn(house.url, 'supervisor')).headers, from)
  cut = new FloorWatch(second.url, (await Person.signIn(second.url, 'supervisor')).headers, from)
  await Promise.all([still.open(), cut.open()])
}, 120_000)

afterAll(async () => {
  post.stopped = true
  for (const visitor of visitors) visitor.leave()
  for (const watch of [still, cut]) watch.cut()
  twin.leave()
  await Promise.all(agents.map((agent) => agent.goHome()))
  await Promise.all(listeners.map((one) => one.stop()))
  await second.kill()
  await Promise.all([graph.stop(), sink.stop()])
  await house.stop()
}, 60_000)

async function seatEverybody() {
  const { items: skills } = (await admin.get('/api/skills')).body as { items: { id: string }[] }
  const { items: reasons } = (await admin.get('/api/pause-reasons')).body as { items: { id: string }[] }
  const { items: ends } = (await admin.get('/api/dispositions')).body as {
    items: { id: string; noteRequired: boolean }[]
  }
  const habits: Habits = {
    dispositionId: ends.find(({ noteRequired }) => !noteRequired)?.id ?? '',
    pauseReasonIds: reasons.map(({ id }) => id),
    answer: ({ preview }) => `re: ${preview}`
  }
  const { id: teamId } = await recordNamed(admin, '/api/teams', 'Bank floor')
  for (let n = 0; n < staff; n++) {
    const { me } = await hire(admin, {
      teamId: teamId as string,
      skills: skills.map(({ id: skillId }) => ({ skillId, level: 5 })),
      capacity: { chat: 3, email: 3, messaging: 3 }
    })
    const email = (me as { user: { email: string } }).user.email
    emails.push(email)
    // The first works at the second node, and all know where the other one is.
    const door = new Door([house.url, second.url], n === 0 ? 1 : 0)
    const agent = new FloorAgent(`agent ${String(n)}`, door, habits, characterOf(luck, pace), luck)
    expect(await agent.signIn(email, ownPassword)).toBeNull()
    agents.push(agent)
  }
  // The second has another tab open, at the other node.
  twin = new Tab('twin', new Door([house.url, second.url], 1))
  expect(await twin.signIn(emails[1]!, ownPassword)).toBeNull()
  void twin.stay()
  await Promise.all(agents.map((agent) => agent.sitDown()))
}

let begun = 0
/** A customer comes, by any of three ways. */
async function come() {
  const n = ++begun
  const way = luck.of(['chat', 'chat', 'mail', 'whatsapp'])
  const text = `Customer ${String(n)} asks by ${way}`
  // A mail server tries until it is taken; nobody waits beside it.
  if (way === 'mail')
    return void post.deliver({
      messageId: `floor-${String(n)}@customer.example`,
      from: `customer${String(n)}@customer.example`,
      text
    })
  if (way === 'whatsapp') {
    const { status } = await graph.write(number, `22177600${String(1000 + n)}`, {
      type: 'text',
      text: { body: text }
    })
    return expect(status).toBe(200)
  }
  const visitor = await new Visitor(house.url, accountId).connect()
  visitors.push(visitor)
  await visitor.say(text)
  // Some do not wait for the answer.
  if (luck.between(0, 1) < 0.2) visitor.write({ type: 'end' })
}

const inHand = () => Interaction.countDocuments({ state: { $ne: 'closed' } })
const facts = () => Fact.find({ after: { $exists: true } }).lean() as unknown as Promise<StoredFact[]>
const works = () => Interaction.find({ state: { $ne: 'closed' } }).lean() as unknown as Promise<StoredWork[]>

/** Waits until all that happened is told and counted, and nothing happens any more. */
async function calm() {
  let lines = -1
  let times = 0
  await eventually(
    'calm',
    async () => {
      const [untold, fresh, now] = await Promise.all([
        Interaction.countDocuments({ relayAt: { $type: 'date' } } as never),
        Fact.countDocuments({ fresh: true }),
        Fact.countDocuments()
      ])
      times = untold + fresh === 0 && now === lines ? times + 1 : 0
      lines = now
      await sleep(100)
      return times > 15
    },
    60_000
  )
}

describe(`a floor of ${String(staff)} agents and ${String(customers)} customers`, () => {
  it('goes through a day in which lines break and a node dies', async () => {
    for (let n = 0; n < customers; n++) {
      await come()
      await sleep(luck.between(10, 200))
      if (n % 12 === 6) {
        cut.cut()
        await cut.open(n < customers / 2 ? second.url : house.url)
      }
      if (n === customers / 2) {
        await second.kill()
        cut.cut()
        await cut.open(house.url)
      }
      // From now on nobody closes anything, so that there is something to show at the end.
      if (n === customers - 12) for (const agent of agents) agent.holdsOn = true
    }
    await eventually(
      'every customer to be there',
      async () => (await Interaction.countDocuments()) === customers,
      60_000
    )
    await calm()
    expect(agents.reduce((sum, { closed }) => sum + closed, 0)).toBeGreaterThan(customers / 4)
    expect(await inHand()).toBeGreaterThan(4)
    expect(post.refusals).toEqual([])
    expect(agents.flatMap(({ refusals }) => refusals)).toEqual([])
    expect(cut.reads).toBeGreaterThan(5)
  }, 180_000)

  it('shows on every board the figures of what is stored', async () => {
    const truth = inOrder(cellsOf(await works()))
    const from = new Date(Date.now() - 3_600_000).toISOString()
    const fresh = (await admin.get(`/api/board?from=${from}`)).body as { cells: BoardCell[] }
    expect(cellDifferences(inOrder(fresh.cells), truth)).toEqual([])
    // Whoever only listened, from the first moment, and whoever lost the line again and again.
    expect(still.reads).toBe(1)
    expect(cellDifferences(inOrder(still.screen.cells.values()), truth)).toEqual([])
    expect(cellDifferences(inOrder(cut.screen.cells.values()), truth)).toEqual([])
  })

  it('shows sums of the day that are those of the facts', async () => {
    const truth = totalsOf(await facts())
    expect(truth.get('queues')?.['arrived']).toBe(customers)
    const from = new Date(Date.now() - 3_600_000).toISOString()
    const fresh = (await admin.get(`/api/board?from=${from}`)).body as { quarters: BoardQuarter[] }
    expect(differences(totalsIn(fresh.quarters), truth)).toEqual([])
    for (const { screen } of [still, cut])
      expect(differences(totalsIn(screen.quarters.values()), truth)).toEqual([])
  })

  it('shows every agent as they are, with what is in their hands', async () => {
    const { items } = (await admin.get('/api/agents')).body as { items: AgentWire[] }
    for (const { agents: shown } of [still, cut])
      for (const agent of items) expect(shown.get(agent.id), agent.name).toEqual(agent)
    const open = await works()
    for (const { id, holds } of items) {
      const mine = open.filter((work) => {
        const { agentId, offer } = work as unknown as { agentId: unknown; offer: { agentId: unknown } | null }
        return String(offer?.agentId ?? agentId) === id
      })
      expect(holds.map(({ interactionId }) => interactionId).sort()).toEqual(
        mine.map(({ _id }) => _id.toHexString()).sort()
      )
    }
  })

  it('shows agents the same at two screens, at two nodes, and after theirs had died', async () => {
    const fresh = async (agent: Desk) => {
      const { items } = (await agent.ask('GET', '/api/inbox')).body as { items: InteractionWire[] }
      return items.map(({ id, state, version }) => `${id} ${state} v${String(version)}`).sort()
    }
    const shown = (agent: Desk) => [...agent.held()].map(([id, state]) => `${id} ${state}`).sort()
    for (const agent of agents)
      await eventually(
        `the screen of ${agent.name}`,
        async () => JSON.stringify(shown(agent)) === JSON.stringify(await fresh(agent))
      )
    await eventually('the other tab', () => JSON.stringify(shown(twin)) === JSON.stringify(shown(agents[1]!)))
    // The first began at the node that died, and came back.
    expect(agents[0]!.resumes + agents[0]!.resyncs).toBeGreaterThan(0)
  })
})
