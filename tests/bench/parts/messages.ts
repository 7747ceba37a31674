import { demand, median, percentile, sleep, type Row } from '../figures.ts'
import { headersOf, reply } from '../load/agent.ts'
import {
  closeConversations,
  markIn,
  nextMark,
  openConversations,
  type OpenConversation
} from '../load/conversations.ts'
import { openLine, openPool, type Line } from '../load/line.ts'
import { verifyMessages } from '../load/verify.ts'
import { openStage, type Bench, type Stage } from '../stage/stage.ts'
import { commandsEach, type Program } from '../stage/program.ts'
import { openThin, type Thin } from '../thin/thin.ts'
import type { Outcome } from './outcome.ts'

const agentCount = 16
const conversationCount = 128
/** A visitor's socket may send 20 frames a second; the load keeps below. */
const visitorPauseMs = 56

interface Round {
  perS: number
  p50: number
  p99: number
  commands: number
  shown: string
  cpuMs: number
  engineCpuMs: number
}

/** Sends from so many connections at once, each waiting for its answer, for a while. */
async function round(
  stage: Stage,
  program: Program,
  connections: number,
  seconds: number,
  send: (lane: number) => Promise<void>
): Promise<Round> {
  const took: number[] = []
  let measuring = false
  let over = false
  const lane = async (n: number) => {
    while (!over) {
      const at = performance.now()
      await send(n)
      if (measuring) took.push(performance.now() - at)
    }
  }
  const lanes = Promise.all(Array.from({ length: connections }, (_, n) => lane(n)))
  // Only so that a failure stops the round at once.
  const failed = lanes.then(() => undefined)
  await Promise.race([sleep(seconds * 200), failed])
  const [before, engineBefore] = [await program.usage(), await stage.engineCpuMs()]
  const since = performance.now()
  measuring = true
  await Promise.race([sleep(seconds * 1000), failed])
  measuring = false
  const elapsed = (performance.now() - since) / 1000
  const count = took.length
  const [after, engineAfter] = [await program.usage(), await stage.engineCpuMs()]
  over = true
  await lanes
  const commands = commandsEach(before, after, count)
  return {
    perS: count / elapsed,
    p50: percentile(took, 0.5),
    p99: percentile(took, 0.99),
    commands: commands.total,
    shown: commands.shown,
    cpuMs: (after.cpuMs - before.cpuMs) / count,
    engineCpuMs: (engineAfter - engineBefore) / count
  }
}

/** Agents answer by REST, each connection in its own conversation. */
function agentsReply(open: OpenConversation[], lines: Line[]) {
  return async (lane: number) => {
    const one = open[lane]!
    const { clientId, text } = nextMark()
    await reply(lines[lane]!, one.agent, one.interactionId, clientId, text)
    one.wroteOut.push(text)
  }
}

/** Customers write through their sockets; a lane takes the customer who has been silent longest. */
function customersSay(open: OpenConversation[]) {
  const rested = open.map((one) => ({ one, from: 0 }))
  return async () => {
    const next = rested.shift()
    demand(next !== undefined, 'there are fewer customers than connections')
    const wait = next.from - performance.now()
    if (wait > 0) await sleep(wait)
    next.from = performance.now() + visitorPauseMs
    const { clientId, text } = nextMark()
    await next.one.visitor.say(clientId, text)
    next.one.wroteIn.push(text)
    rested.push(next)
  }
}

function thinReplies(thin: Thin, lines: Line[]) {
  return async (lane: number) => {
    const { clientId, text } = nextMark()
    const answer = await lines[lane]!.ask({
      method: 'POST',
      path: `/api/interactions/${thin.ids[lane % thin.ids.length]!}/messages`,
      headers: headersOf(thin.logins[lane % thin.logins.length]!),
      body: { clientId, text }
    })
    demand(answer.status === 200, `the thin baseline answered ${String(answer.status)}`)
    thin.sent += 1
  }
}

/** Messages into open conversations, in turn with the thin baseline. */
export async function benchMessages(bench: Bench): Promise<Outcome> {
  const { quick } = bench
  const counts = quick ? [1, 32] : [1, 8, 32, 64]
  const [rounds, seconds] = quick ? [1, 1] : [3, 3]
  const stage = await openStage(bench, 'messages', { agents: agentCount, capacity: 8 })
  const thin = await openThin(bench, agentCount, 64)
  const pool = openPool(stage.hub.port)
  const heard = new Set<string>()
  const hear = (frame: string) => {
    if (frame.includes('"name":"message.changed"')) heard.add(markIn(frame) ?? '')
  }
  const conversations = await openConversations(stage, pool, conversationCount, hear)
  const { open } = conversations
  const lines = Array.from({ length: 64 }, () => openLine(stage.hub.port))
  const thinLines = Array.from({ length: 64 }, () => openLine(thin.program.port))
  const ways = {
    'agent replies (REST)': { program: stage.hub, send: agentsReply(open, lines) },
    'customer says (socket)': { program: stage.hub, send: customersSay(open) },
    'thin baseline': { program: thin.program, send: thinReplies(thin, thinLines) }
  }
  const results = new Map<string, Round[]>()
  for (let turn = 1; turn <= rounds; turn += 1)
    for (const connections of counts)
      for (const [way, { program, send }] of Object.entries(ways)) {
        bench.note(`round ${String(turn)} of ${String(rounds)}, ${String(connections)} connections, ${way}`)
        const one = await round(stage, program, connections, seconds, send)
        const key = `${String(connections)} ${way}`
        bench.note(`  ${one.perS.toFixed(0)} a second; commands each: ${one.shown}`)
        results.set(key, [...(results.get(key) ?? []), one])
        await sleep(300)
      }
  const stored = await verifyMessages(stage.db, open)
  demand((await thin.count()) === thin.sent, 'the thin baseline lost messages')
  // The first message of each is told before it has an agent; the offer brings it along.
  const due = stored - conversationCount
  demand(heard.size === due, `${String(heard.size)} of ${String(due)} messages reached an agent's screen`)

  const of = (connections: number, way: string, pick: (one: Round) => number) =>
    median((results.get(`${String(connections)} ${way}`) ?? []).map(pick))
  const rows: Row[] = []
  for (const connections of counts)
    for (const way of Object.keys(ways))
      rows.push({
        way,
        connections: String(connections),
        'msg/s': of(connections, way, (one) => one.perS),
        '÷ thin':
          of(connections, way, (one) => one.perS) / of(connections, 'thin baseline', (one) => one.perS),
        'p50 ms': of(connections, way, (one) => one.p50),
        'p99 ms': of(connections, way, (one) => one.p99),
        'commands/msg': of(connections, way, (one) => one.commands),
        'CPU ms/msg': of(connections, way, (one) => one.cpuMs),
        'MongoDB ms/msg': of(connections, way, (one) => one.engineCpuMs)
      })
  for (const line of [...lines, ...thinLines, pool]) line.close()
  closeConversations(conversations)
  await thin.close()
  await stage.close()
  // The slower of the product's two ways stands for it.
  const slower = Object.keys(ways)
    .slice(0, 2)
    .reduce((a, b) => (of(32, a, (one) => one.perS) <= of(32, b, (one) => one.perS) ? a : b))
  return {
    rows,
    figures: {
      msgPerS: of(32, slower, (one) => one.perS),
      thinMsgPerS: of(32, 'thin baseline', (one) => one.perS),
      commandsPerMessage: of(32, slower, (one) => one.commands)
    }
  }
}
