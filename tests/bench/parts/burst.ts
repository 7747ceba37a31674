import { demand, each, until, type Row } from '../figures.ts'
import { accept, close, offerIn, openAgent, type AgentClient } from '../load/agent.ts'
import { nextMark } from '../load/conversations.ts'
import { openPool, type Line } from '../load/line.ts'
import { openVisitor, type Visitor } from '../load/visitor.ts'
import { openStage, type Bench, type Db, type Stage } from '../stage/stage.ts'
import type { Outcome } from './outcome.ts'

interface Burst {
  conversations: number
  agents: number
  capacity: number
  /** Offers are taken and closed as they come; otherwise they stay, to see how they are spread. */
  work: boolean
}

/** What agents' sockets told. */
interface Told {
  overCapacity: number
  /** Interaction → the offers of it that were seen. */
  offers: Map<string, Set<string>>
  closed: number
  failures: Error[]
}

const holdsOf = (frame: string) =>
  (JSON.parse(frame) as { payload: { agent: { id: string; holds: unknown[] } } }).payload.agent

async function openFloor(stage: Stage, pool: Line, { capacity, work }: Burst, told: Told) {
  const clients: AgentClient[] = []
  const { dispositionId } = stage
  await each(stage.agents, 16, async (login) => {
    let client: AgentClient | null = null
    const hear = (frame: string) => {
      if (frame.includes('"name":"agent.changed"')) {
        const { id, holds } = holdsOf(frame)
        if (id === login.agentId) told.overCapacity += Math.max(0, holds.length - capacity)
        return
      }
      const interaction = offerIn(frame, login)
      if (!interaction || !client) return
      const seen = told.offers.get(interaction.id)
      const offerId = interaction.offer?.id ?? ''
      if (seen?.has(offerId)) return
      told.offers.set(interaction.id, new Set([...(seen ?? []), offerId]))
      if (!work) return
      const agent = client
      accept(pool, agent, interaction)
        .then(() => close(pool, agent, interaction.id, dispositionId))
        .then(() => (told.closed += 1))
        .catch((error: Error) => told.failures.push(error))
    }
    client = await openAgent(stage.hub.port, pool, login, { hear })
    clients.push(client)
  })
  return clients
}

/** Offers made while an earlier one of the same interaction was open, as its log tells. */
async function doubleOffers(db: Db): Promise<number> {
  let doubles = 0
  const logs = db.collection('interactions').find({}, { projection: { log: 1 } })
  for await (const { log } of logs) {
    let open = false
    for (const { name } of log as { name: string }[]) {
      if (name === 'offered' && open) doubles += 1
      open = name === 'offered' || (open && name === 'rated')
    }
  }
  return doubles
}

async function measure(bench: Bench, burst: Burst) {
  const { conversations, agents, capacity, work } = burst
  const name = `burst-${String(conversations)}${work ? '-worked' : ''}`
  const stage = await openStage(bench, name, { agents, capacity })
  const pool = openPool(stage.hub.port, 64)
  const told: Told = { overCapacity: 0, offers: new Map(), closed: 0, failures: [] }
  const clients = await openFloor(stage, pool, burst, told)
  const visitors: Visitor[] = []
  await each(Array.from({ length: conversations }), 32, async () => {
    visitors.push(await openVisitor(stage.hub.port, pool, stage.accountId))
  })
  bench.note(
    `${String(conversations)} at once, ${String(agents)} agents with ${String(capacity)} places each`
  )
  const since = performance.now()
  const saying = visitors.map((visitor) => {
    const { clientId, text } = nextMark()
    return visitor.say(clientId, text)
  })
  await Promise.all(saying)
  const storedMs = performance.now() - since
  const isDone = () => told.failures.length > 0 || (work ? told.closed : told.offers.size) >= conversations
  await until(work ? 'all are closed' : 'all are offered', isDone, { ms: 180_000 })
  const doneMs = performance.now() - since
  if (told.failures[0]) throw told.failures[0]

  const interactions = stage.db.collection('interactions')
  const state = work ? 'closed' : 'offered'
  const inState = await interactions.countDocuments({ state })
  demand(inState === conversations, `${String(inState)} of ${String(conversations)} are ${state}`)
  demand((await interactions.countDocuments()) === conversations, 'a conversation was lost or doubled')
  demand((await stage.db.collection('messages').countDocuments()) === conversations, 'a message is missing')
  const holds = (await stage.db.collection('agents').find({ 'presence.state': 'ready' }).toArray()).map(
    (agent) => (agent['holds'] as unknown[]).length
  )
  demand(holds.length === agents, 'not all agents stayed ready')
  const seenTwice = [...told.offers.values()].filter((offers) => offers.size > 1).length
  const doubles = Math.max(await doubleOffers(stage.db), work ? 0 : seenTwice)
  const over = told.overCapacity + holds.reduce((sum, count) => sum + Math.max(0, count - capacity), 0)
  for (const one of [...visitors, ...clients]) one.close()
  pool.close()
  await stage.close()
  return { storedMs, doneMs, over, doubles, spread: work ? 0 : Math.max(...holds) - Math.min(...holds) }
}

/** Many conversations in the same moment: nobody gets more than they have places for, equal agents get equal work. */
export async function benchBurst(bench: Bench): Promise<Outcome> {
  const bursts: Burst[] = [
    { conversations: 40, agents: 10, capacity: 5, work: false },
    { conversations: bench.quick ? 120 : 500, agents: bench.quick ? 10 : 40, capacity: 20, work: false },
    ...(bench.quick ? [] : [{ conversations: 5000, agents: 120, capacity: 50, work: false }]),
    { conversations: bench.quick ? 100 : 500, agents: 10, capacity: 4, work: true }
  ]
  const rows: Row[] = []
  const all = { over: 0, doubles: 0, spread: 0 }
  for (const burst of bursts) {
    const one = await measure(bench, burst)
    all.over += one.over
    all.doubles += one.doubles
    all.spread = Math.max(all.spread, one.spread)
    rows.push({
      'at once': String(burst.conversations),
      agents: String(burst.agents),
      places: String(burst.capacity),
      until: burst.work ? 'closed' : 'offered',
      'all stored ms': one.storedMs,
      'all done ms': one.doneMs,
      'over capacity': String(one.over),
      'double offers': String(one.doubles),
      spread: burst.work ? '–' : String(one.spread)
    })
  }
  return {
    rows,
    figures: { burstOverCapacity: all.over, burstDoubleOffers: all.doubles, burstSpread: all.spread }
  }
}
