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
/** A rate that leaves a customer unserved for so long does not hold, whatever the others had. */
const patienceMs = 60_000
/** The hub is compiled by running: a rate is measured after so many seconds at a low one. */
const warmUp = { perSecond: 20, seconds: 5 }

const blank: Row = {
  'a second': '',
  agents: '',
  served: '',
  'served/s': '–',
  'p50 ms': '–',
  'p99 ms': '–',
  'longest ms': '–',
  'commands each': '–',
  'CPU ms each': '–'
}

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

/** One customer: looks at the page, writes, is served, leaves. False when nobody served them in time. */
async function visit(stage: Stage, pool: Line, flow: Flow, at: number): Promise<boolean> {
  const visitor = await openVisitor(stage.hub.port, pool, stage.accountId)
  await sleep(Math.max(0, at - performance.now()))
  const { clientId, text } = nextMark()
  flow.wrote.set(markIn(text)!, performance.now())
  await visitor.say(clientId, text)
  const deadline = performance.now() + patienceMs
  while (visitor.phase() !== 'ended' && performance.now() < deadline && flow.failures.length === 0)
    await sleep(50)
  const served = visitor.phase() === 'ended'
  visitor.close()
  return served
}

interface Measured {
  sent: number
  served: number
  servedPerSecond: number
  /** From the customer's writing to the agent's screen; of all, so only when all were served. */
  took: number[]
}

/** So many new conversations a second, evenly, whatever becomes of the earlier ones. */
async function run(
  stage: Stage,
  pool: Line,
  flow: Flow,
  { perSecond, seconds }: { perSecond: number; seconds: number }
): Promise<Measured> {
  const sent = perSecond * seconds
  const start = performance.now() + lookAroundMs + 100
  const visits = Array.from({ length: sent }, async (_, i) => {
    const at = start + (i * 1000) / perSecond
    await sleep(at - lookAroundMs - performance.now())
    return visit(stage, pool, flow, at)
  })
  const served = (await Promise.all(visits)).filter(Boolean).length
  const elapsed = (performance.now() - start) / 1000
  if (served === sent) await until('all are closed', () => flow.closed >= sent || flow.failures.length > 0)
  if (flow.failures[0]) throw flow.failures[0]
  const took = [...flow.wrote].map(([mark, at]) => (flow.offered.get(mark) ?? Infinity) - at)
  flow.wrote.clear()
  flow.offered.clear()
  flow.closed = 0
  return { sent, served, servedPerSecond: served / elapsed, took }
}

/**
 * Every message is stored once and began one interaction, and nothing was accepted twice; where all were served, every
 * conversation was accepted and closed, and no place is still taken.
 */
async function verify(db: Db, sent: number, allServed: boolean) {
  const interactions = db.collection('interactions')
  demand((await interactions.countDocuments()) === sent, 'there are more or fewer interactions than arrivals')
  demand((await db.collection('messages').countDocuments()) === sent, 'a message is missing or double')
  for (const name of ['accepted', 'closed']) {
    const twice = await interactions.countDocuments({
      $expr: { $gt: [{ $size: { $filter: { input: '$log', cond: { $eq: ['$$this.name', name] } } } }, 1] }
    })
    demand(twice === 0, `${String(twice)} were ${name} twice`)
  }
  if (!allServed) return
  demand((await interactions.countDocuments({ state: 'closed' })) === sent, 'not all are closed')
  const accepted = await interactions.countDocuments({ 'log.name': 'accepted' })
  demand(accepted === sent, `${String(accepted)} of ${String(sent)} were accepted`)
  const held = await db.collection('agents').countDocuments({ 'holds.0': { $exists: true } })
  demand(held === 0, `${String(held)} agents still hold what is closed`)
}

/** New conversation → routed → offered on the agent's screen. A rate that does not hold is told as such, and ends its floor. */
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
    let { sent, served } = await run(stage, pool, flow, warmUp)
    for (const perSecond of rates) {
      const seconds = quick ? 2 : perSecond === 8 ? 15 : 10
      if (served < sent) {
        rows.push({ ...blank, 'a second': String(perSecond), agents: String(agents), served: 'not tried' })
        continue
      }
      bench.note(`${String(perSecond)} a second, ${String(agents)} agents, ${String(seconds)} s`)
      const before = await stage.hub.usage()
      const one = await run(stage, pool, flow, { perSecond, seconds })
      const after = await stage.hub.usage()
      sent += one.sent
      served += one.served
      const holds = one.served === one.sent
      const p99 = holds ? percentile(one.took, 0.99) : Infinity
      if (perSecond === 50) at50.push(p99)
      const commands = commandsEach(before, after, one.sent)
      bench.note(`commands each: ${commands.shown}`)
      rows.push({
        'a second': String(perSecond),
        agents: String(agents),
        served: holds ? 'all' : `did not hold: ${String(one.served)} of ${String(one.sent)}`,
        'served/s': one.servedPerSecond,
        'p50 ms': holds ? percentile(one.took, 0.5) : '–',
        'p99 ms': holds ? p99 : '–',
        'longest ms': holds ? Math.max(...one.took) : '–',
        'commands each': commands.total,
        'CPU ms each': (after.cpuMs - before.cpuMs) / one.sent
      })
    }
    await verify(stage.db, sent, served === sent)
    for (const client of clients) client.close()
    pool.close()
    await stage.close()
  }
  return { rows, figures: { newConversationP99Ms: Math.max(...at50) } }
}
