import { demand, percentile, until, type Row } from '../figures.ts'
import type { Outcome } from '../parts/outcome.ts'
import { commandsEach, type Usage } from '../stage/program.ts'
import type { Bench, Db } from '../stage/stage.ts'
import type { Told } from './orders.ts'
import { openThinVoice, openVoiceStage } from './stage.ts'

export interface CallLoad {
  perSecond: number
  atOnce: number
  holdSeconds: number
  agents: number
  talkMs: number
}

const rowOf = (
  way: string,
  { perSecond, agents }: CallLoad,
  told: Told,
  cpuMs: number,
  far: number
): Row => ({
  way,
  'calls/s': String(perSecond),
  agents: String(agents),
  'at once': told.most,
  calls: told.calls,
  served: told.served,
  lost: told.lost + told.unanswered,
  acks: told.acks.length,
  'ack p50 ms': percentile(told.acks, 0.5),
  'p99 ms': percentile(told.acks, 0.99),
  'longest ms': Math.max(0, ...told.acks),
  'new call p99': percentile(told.arrivals, 0.99),
  'bridge p50': told.bridges.length > 0 ? percentile(told.bridges, 0.5) : '–',
  'bridge p99': told.bridges.length > 0 ? percentile(told.bridges, 0.99) : '–',
  'CPU ms a call': cpuMs / told.calls,
  'far side’s': far / told.calls
})

/** The hub is compiled by running: what comes is measured after so many calls at a low rate. */
const warmUp = { perSecond: 2, atOnce: 12, holdSeconds: 6 }

/** Every call is kept once, over, and became one interaction at most; nobody keeps a place. Returns how many are missing. */
async function verify(db: Db, all: number, served: number): Promise<number> {
  const calls = db.collection('calls')
  await until(
    'all calls are over',
    async () => (await calls.countDocuments({ state: { $ne: 'ended' } })) === 0,
    {
      every: 200
    }
  )
  const kept = await calls.countDocuments()
  demand(kept <= all, 'there are more calls than callers')
  const interactions = db.collection('interactions')
  const queued = await calls.countDocuments({ interactionId: { $ne: null } })
  demand((await interactions.countDocuments()) === queued, 'a call has two interactions, or one has no call')
  await until(
    'no agent holds anything',
    async () => (await db.collection('agents').countDocuments({ 'holds.0': { $exists: true } })) === 0,
    { every: 200 }
  )
  const answered = await interactions.countDocuments({ 'log.name': 'accepted' })
  demand(answered >= served, `${String(served)} were served, ${String(answered)} accepted`)
  return all - kept
}

const spent = (before: Usage, after: Usage) => after.cpuMs - before.cpuMs

/** Calls that arrive evenly, go through a menu into the queue, and are answered by as many agents as there are. */
async function load(bench: Bench, name: string, plan: CallLoad) {
  const stage = await openVoiceStage(bench, name, {
    ...plan,
    hasFlow: true,
    recording: 'never',
    answerMs: 400
  })
  try {
    await stage.far.run({ ...warmUp, key: '1', hums: false })
    const warm = await stage.far.finish()
    const [before, farBefore] = [await stage.hub.usage(), await stage.far.program.usage()]
    await stage.far.run({ ...plan, key: '1', hums: false })
    const [after, farAfter] = [await stage.hub.usage(), await stage.far.program.usage()]
    const told = await stage.far.finish()
    for (const why of told.why.slice(0, 10)) bench.note(why)
    const commands = commandsEach(before, after, told.calls)
    bench.note(`commands a call: ${commands.total.toFixed(1)} (${commands.shown})`)
    // Who was never taken in was lost, unless they had hung up before.
    const missing = await verify(stage.db, warm.calls + told.calls, told.served)
    told.lost = Math.max(told.lost, missing)
    return { told, row: rowOf('hub', plan, told, spent(before, after), spent(farBefore, farAfter)) }
  } finally {
    await stage.close()
  }
}

async function thinLoad(bench: Bench, plan: CallLoad) {
  const { thin, far, close } = await openThinVoice(bench)
  try {
    const [before, farBefore] = [await thin.usage(), await far.program.usage()]
    await far.run({ ...plan, key: '1', hums: false })
    const [after, farAfter] = [await thin.usage(), await far.program.usage()]
    const told = await far.finish()
    return rowOf(
      'thin: only acks',
      { ...plan, agents: 0 },
      told,
      spent(before, after),
      spent(farBefore, farAfter)
    )
  } finally {
    await close()
  }
}

/** So many calls at once, and a bare server that answers the same frames. */
export async function benchCalls(bench: Bench, plan: CallLoad): Promise<Outcome> {
  bench.note(`${String(plan.perSecond)} calls a second until ${String(plan.atOnce)} are on the line`)
  const { told, row } = await load(bench, 'calls', plan)
  const thin = await thinLoad(bench, plan)
  return {
    rows: [row, thin],
    figures: {
      ackP99Ms: percentile(told.acks, 0.99),
      ackLongestMs: Math.max(...told.acks),
      lostCalls: told.lost + told.unanswered
    }
  }
}

/** From the agent's answer to the command that brings them together, at a load that leaves the machine room. */
export async function benchBridge(bench: Bench, plan: CallLoad): Promise<Outcome> {
  const { told, row } = await load(bench, 'bridge', plan)
  demand(told.bridges.length > 0, 'nobody answered')
  return { rows: [row], figures: { bridgeP99Ms: percentile(told.bridges, 0.99) } }
}
