import { percentile, sleep, until } from '../figures.ts'
import { reply } from '../load/agent.ts'
import { closeConversations, markIn, nextMark, openConversations } from '../load/conversations.ts'
import { openLine, openPool } from '../load/line.ts'
import { verifyMessages } from '../load/verify.ts'
import { commandsEach } from '../stage/program.ts'
import { openStage, type Bench } from '../stage/stage.ts'
import type { Outcome } from './outcome.ts'

/** A steady flow of messages, half from customers and half from agents, with every agent's socket open. */
export async function benchPush(bench: Bench): Promise<Outcome> {
  const { quick } = bench
  const [agents, perSecond, seconds] = quick ? [20, 100, 2] : [200, 600, 30]
  const stage = await openStage(bench, 'push', { agents, capacity: 4 })
  const pool = openPool(stage.hub.port, 64)
  const sentAt = new Map<string, number>()
  const toAgents: number[] = []
  const toCustomers: number[] = []
  const note = (list: number[]) => (frame: string) => {
    const mark = markIn(frame)
    const at = mark && sentAt.get(mark)
    if (at) list.push(performance.now() - at)
  }
  const noteAgent = note(toAgents)
  const noteCustomer = note(toCustomers)
  const conversations = await openConversations(
    stage,
    pool,
    agents,
    (frame) => {
      if (frame.includes('"name":"message.changed"')) noteAgent(frame)
    },
    (frame) => {
      if (frame.includes('"mine":false')) noteCustomer(frame)
    }
  )
  const { open } = conversations
  // One browser sends one answer after the other.
  const lines = new Map(conversations.agents.map((agent) => [agent, openLine(stage.hub.port)]))
  bench.note(
    `${String(perSecond)} messages a second, ${String(agents)} agents' sockets, ${String(seconds)} s`
  )
  const failures: Error[] = []
  let acknowledged = 0
  let sent = 0
  const before = await stage.hub.usage()
  const start = performance.now()
  const cpuStart = process.cpuUsage()
  while (sent < perSecond * seconds && failures.length === 0) {
    // Whatever is due by now is sent now, without waiting for what was sent before.
    const due = Math.min(perSecond * seconds, Math.floor(((performance.now() - start) / 1000) * perSecond))
    for (; sent < due; sent += 1) {
      const one = open[(sent >> 1) % open.length]!
      const { clientId, text } = nextMark()
      sentAt.set(markIn(text)!, performance.now())
      const isCustomers = sent % 2 === 0
      ;(isCustomers ? one.wroteIn : one.wroteOut).push(text)
      const saying = isCustomers
        ? one.visitor.say(clientId, text)
        : reply(lines.get(one.agent)!, one.agent, one.interactionId, clientId, text)
      saying.then(
        () => (acknowledged += 1),
        (error: Error) => failures.push(error)
      )
    }
    await sleep(2)
  }
  await until('all are acknowledged', () => failures.length > 0 || acknowledged === sent, { ms: 120_000 })
  if (failures[0]) throw failures[0]
  const elapsed = (performance.now() - start) / 1000
  await until('all reached the agents', () => toAgents.length >= sent)
  await until('all answers reached the customers', () => toCustomers.length >= sent / 2)
  const after = await stage.hub.usage()
  const commands = commandsEach(before, after, sent)
  bench.note(`commands each: ${commands.shown}`)
  const load = process.cpuUsage(cpuStart)
  await verifyMessages(stage.db, open)
  closeConversations(conversations)
  for (const line of [pool, ...lines.values()]) line.close()
  await stage.close()
  const pushP99Ms = percentile(toAgents, 0.99)
  return {
    rows: [
      {
        'msg/s': sent / elapsed,
        agents: String(agents),
        'to agents p50 ms': percentile(toAgents, 0.5),
        'p99 ms': pushP99Ms,
        'to customers p50 ms': percentile(toCustomers, 0.5),
        'p99 ms ': percentile(toCustomers, 0.99),
        'commands/msg': commands.total,
        'CPU ms/msg': (after.cpuMs - before.cpuMs) / sent,
        'hub RSS MB': after.rssMb,
        'heap MB': after.heapMb,
        'load generator CPU': `${((load.user + load.system) / 10_000 / elapsed).toFixed(0)} %`
      }
    ],
    figures: { pushP99Ms, hubRssMb: after.rssMb }
  }
}
