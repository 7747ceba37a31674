import { demand, each, percentile, sleep, until, type Row } from '../figures.ts'
import { accept, close, offerIn, openAgent, type AgentClient } from '../load/agent.ts'
import { markIn, nextMark } from '../load/conversations.ts'
import { openPool, type Line } from '../load/line.ts'
import { openVisitor } from '../load/visitor.ts'
import { commandsEach } from '../stage/program.ts'
import { openStage, type Bench, type Db, type Login, type Stage } from '../stage/stage.ts'
import type { Outcome } from './outcome.ts'

/** The page is open and the widget connected this long before the customer writes. */
const lookAroundMs = 1000

interface Flow {
  /** Mark → when the customer wrote. */
  wrote: Map<string, number>
  /** Mark → when the offer reached the agent's socket. */
  offered: Map<string, number>
  closed: number
  failures: Error[]
}

/** Agents take every offer at once and close it, so that their places come free again. */
async function workAgents(stage: Stage, pool: Line, flow: Flow): Promise<AgentClient[]> {
  const clients: AgentClient[] = []
  await each(stage.agents, 16, async (login: Login) => {
    let client: AgentClient | null = null
    const hear = (frame: string) => {
      const interaction = offerIn(frame, login)
      const mark = interaction && markIn(interaction.preview)
      if (!mark || !client || flow.offered.has(mark)) return
      flow.offered.set(mark, performance.now())
      const agent = client
      accept(pool, agent, interaction)
        .then(() => close(pool, agent, interaction.id, stage.dispositionId))
        .then(() => (flow.closed += 1))
        .catch((error: Error) => flow.failures.push(error))
    }
    client = await openAgent(stage.hub.port, pool, login, { hear })
    clients.push(client)
  })
  return clients
}

/** One customer: looks at the page, writes, is served, leaves. */
async function visit(stage: Stage, pool: Line, flow: Flow, at: number) {
  const visitor = await openVisitor(stage.hub.port, pool, stage.accountId)
  await sleep(Math.max(0, at - performance.now()))
  const { clientId, text } = nextMark()
  flow.wrote.set(markIn(text)!, performance.now())
  await visitor.say(clientId, text)
  await until('a chat ends', () => visitor.phase() === 'ended', { ms: 60_000, every: 50 })
  visitor.close()
}

/** So many new conversations a second, evenly, whatever becomes of the earlier ones. */
async function run(stage: Stage, pool: Line, flow: Flow, perSecond: number, seconds: number) {
  const count = perSecond * seconds
  const start = performance.now() + lookAroundMs + 100
  const visits = Array.from({ length: count }, async (_, i) => {
    const at = start + (i * 1000) / perSecond
    await sleep(at - lookAroundMs - performance.now())
    await visit(stage, pool, flow, at)
  })
  await Promise.all(visits)
  await until('all are closed', () => flow.closed >= flow.wrote.size || flow.failures.length > 0)
  if (flow.failures[0]) throw flow.failures[0]
  const took = [...flow.wrote].map(([mark, at]) => (flow.offered.get(mark) ?? Infinity) - at)
  const figures = { p50: percentile(took, 0.5), p99: percentile(took, 0.99), most: Math.max(...took) }
  const sent = flow.wrote.size
  flow.wrote.clear()
  flow.offered.clear()
  flow.closed = 0
  return { sent, ...figures }
}

/** Every conversation was offered, accepted and closed once, and no message is missing or double. */
async function verify(db: Db, sent: number) {
  const interactions = db.collection('interactions')
  demand((await interactions.countDocuments()) === sent, 'there are more or fewer interactions than arrivals')
  demand((await interactions.countDocuments({ state: 'closed' })) === sent, 'not all are closed')
  for (const name of ['accepted', 'closed']) {
    const once = await interactions.countDocuments({ 'log.name': name })
    demand(once === sent, `${String(once)} of ${String(sent)} were ${name}`)
  }
  demand((await db.collection('messages').countDocuments()) === sent, 'a message is missing or double')
  const held = await db.collection('agents').countDocuments({ 'holds.0': { $exists: true } })
  demand(held === 0, `${String(held)} agents still hold what is closed`)
}

/** New conversation → routed → offered on the agent's screen. */
export async function benchArrivals(bench: Bench): Promise<Outcome> {
  const { quick } = bench
  const rates = quick ? [8, 50] : [8, 50, 200]
  const rows: Row[] = []
  const at50: number[] = []
  for (const agents of quick ? [10] : [10, 100]) {
    const stage = await openStage(bench, `arrivals-${String(agents)}`, { agents, capacity: 4 })
    const pool = openPool(stage.hub.port, 128)
    const flow: Flow = { wrote: new Map(), offered: new Map(), closed: 0, failures: [] }
    const clients = await workAgents(stage, pool, flow)
    let sent = (await run(stage, pool, flow, 8, 1)).sent
    for (const rate of rates) {
      const seconds = quick ? 2 : rate === 8 ? 15 : 10
      bench.note(`${String(rate)} a second, ${String(agents)} agents, ${String(seconds)} s`)
      const before = await stage.hub.usage()
      const one = await run(stage, pool, flow, rate, seconds)
      const after = await stage.hub.usage()
      sent += one.sent
      if (rate === 50) at50.push(one.p99)
      const commands = commandsEach(before, after, one.sent)
      bench.note(`commands each: ${commands.shown}`)
      rows.push({
        'a second': String(rate),
        agents: String(agents),
        'p50 ms': one.p50,
        'p99 ms': one.p99,
        'longest ms': one.most,
        'commands each': commands.total,
        'CPU ms each': (after.cpuMs - before.cpuMs) / one.sent
      })
    }
    await verify(stage.db, sent)
    for (const client of clients) client.close()
    pool.close()
    await stage.close()
  }
  return { rows, figures: { newConversationP99Ms: Math.max(...at50) } }
}
