import { fits, inTurn, takersOf } from '@palabre/hub/routing/core/reference'
import { demand, median, short, type Row } from '../figures.ts'
import type { Outcome } from '../parts/outcome.ts'
import type { Bench } from '../stage/stage.ts'
import { takenBy, takerOf } from './filter-and-sort.ts'
import { addSpent, openBusyFloor, openFreeFloor, type Events, type Size, type Spent } from './floor.ts'
import { rulesOf } from './traffic.ts'

const usual: Size = { waiting: 10_000, agents: 500, asks: 300 }
/** What an event costs on each of these floors beside the usual one: it should cost what it touches, not what waits. */
const growth = {
  core10xItemsCost: { ...usual, waiting: 100_000 },
  core10xAgentsCost: { ...usual, agents: 5000 },
  core10xBothCost: { ...usual, waiting: 100_000, agents: 5000 },
  coreAllDifferentCost: { ...usual, asks: Infinity }
} satisfies Record<string, Size>
/** Events of one kind before the other kind has its turn, so that as many wait all the time. */
const turn = 500

/** Events a second, by kind. */
interface Rates {
  freed: number
  arrived: number
  offeredAtOnce: number
  /** Becoming free and arriving in turn, with what the time that passes changes by itself. */
  withTime: number
}
type By = keyof Spent

const rateOf = (events: number, spent: Spent, by: By) => (events / spent[by]) * 1000

/** One round on a busy floor: half of the events are arrivals. */
function busyRound(floor: ReturnType<typeof openBusyFloor>, { waiting }: Size, turns: number) {
  const sum = (): Events => ({
    clockMs: 0,
    cpuMs: 0,
    time: { clockMs: 0, cpuMs: 0 },
    events: 0,
    offered: 0,
    reasons: 0,
    last: []
  })
  const freed = sum()
  const arrived = sum()
  const add = (to: Events, one: Events) => {
    addSpent(to, one)
    addSpent(to.time, one.time)
    to.events += one.events
    to.offered += one.offered
  }
  for (let i = 0; i < turns; i++) {
    add(freed, floor.free(turn))
    add(arrived, floor.arrive(waiting - floor.engine.waiting.size))
  }
  return { freed, arrived }
}

/** The medians of rounds; as many come first, to compile the code and to bring the floor to its steady state. */
function measure(size: Size, rounds: number): Record<By, Rates> {
  const busy = openBusyFloor(size)
  const free = openFreeFloor(size)
  const seen: Record<By, Rates[]> = { clockMs: [], cpuMs: [] }
  for (let round = 0; round < 2 * rounds; round++) {
    const { freed, arrived } = busyRound(busy, size, 8)
    const atOnce = free.arrive(8 * turn)
    if (round < rounds) continue
    for (const by of ['clockMs', 'cpuMs'] as const) {
      const all = freed[by] + arrived[by] + freed.time[by] + arrived.time[by]
      seen[by].push({
        freed: rateOf(freed.offered, freed, by),
        arrived: rateOf(arrived.events, arrived, by),
        offeredAtOnce: rateOf(atOnce.offered, atOnce, by),
        withTime: ((freed.events + arrived.events) / all) * 1000
      })
    }
  }
  const medians = (rates: Rates[]): Rates => ({
    freed: median(rates.map((one) => one.freed)),
    arrived: median(rates.map((one) => one.arrived)),
    offeredAtOnce: median(rates.map((one) => one.offeredAtOnce)),
    withTime: median(rates.map((one) => one.withTime))
  })
  return { clockMs: medians(seen.clockMs), cpuMs: medians(seen.cpuMs) }
}

/** Of so many agents who become free, the share who are given the first in the order that they can take. */
function oldestTaken(events: number): number {
  const floor = openBusyFloor(usual)
  busyRound(floor, usual, 4)
  let right = 0
  for (let looked = 0; looked < events; looked++) {
    floor.arrive(usual.waiting - floor.engine.waiting.size)
    const waiting = [...floor.engine.waiting.values()]
    const [match] = floor.free(1).last
    const agent = match && floor.engine.agents.get(match.agentId)
    if (!match || !agent) continue
    // As they were before they were given it.
    const before = { ...agent, given: 0, holds: agent.holds.slice(0, -1) }
    const first = inTurn(waiting, rulesOf, floor.now()).find(
      (item) =>
        fits(before, item.medium) &&
        takersOf(item, [before], rulesOf(item.queueId), floor.now()).includes(before)
    )
    if (match.item.id === first?.id) right++
  }
  return (100 * right) / events
}

/** The same events with filter and sort, so many of each. */
function baseline(events: number): Pick<Rates, 'freed' | 'offeredAtOnce'> {
  const busy = openBusyFloor(usual)
  const waiting = [...busy.engine.waiting.values()]
  const freed = Array.from({ length: events }, () => busy.freed())
  let began = performance.now()
  for (const agent of freed) takenBy(agent, waiting, busy.now())
  const freedPerS = (events / (performance.now() - began)) * 1000
  const free = openFreeFloor(usual)
  const items = Array.from({ length: 20 * events }, free.arrival)
  began = performance.now()
  const offered = items.filter((item) => takerOf(item, free.agents, free.now())).length
  return { freed: freedPerS, offeredAtOnce: (offered / (performance.now() - began)) * 1000 }
}

const sizeRow = (what: string, { waiting, agents, asks }: Size): Row => ({
  what,
  waiting: String(waiting),
  agents: String(agents),
  asks: Number.isFinite(asks) ? String(asks) : 'all different'
})
const ratesRow = ({ freed, arrived, offeredAtOnce, withTime }: Rates): Row => ({
  'became free/s': freed,
  'arrived, waits/s': arrived,
  'arrived, offered/s': offeredAtOnce,
  'with passing time/s': withTime
})
const costRow = (one: Rates, beside: Rates): Row => ({
  'became free/s': `× ${short(beside.freed / one.freed)}`,
  'arrived, waits/s': `× ${short(beside.arrived / one.arrived)}`,
  'arrived, offered/s': `× ${short(beside.offeredAtOnce / one.offeredAtOnce)}`,
  'with passing time/s': `× ${short(beside.withTime / one.withTime)}`
})

/** The core alone: decisions a second, whether they are right, and what growth costs. */
export async function benchCore({ quick, note }: Bench): Promise<Outcome> {
  const rows: Row[] = []
  function measured(size: Size, rounds: number) {
    note(`${String(size.waiting)} wait, ${String(size.agents)} agents`)
    const one = measure(size, rounds)
    rows.push({ ...sizeRow('engine, by the clock', size), ...ratesRow(one.clockMs) })
    rows.push({ ...sizeRow('engine, by processor time', size), ...ratesRow(one.cpuMs) })
    return one
  }
  const { clockMs, cpuMs } = measured(usual, quick ? 3 : 9)
  const costs: Record<string, number> = {}
  for (const [name, size] of Object.entries(quick ? {} : growth)) {
    const grown = measured(size, 3).cpuMs
    rows.push({ ...sizeRow('cost of an event, × the usual', size), ...costRow(grown, cpuMs) })
    costs[name] = Math.max(cpuMs.freed / grown.freed, cpuMs.offeredAtOnce / grown.offeredAtOnce)
  }
  note('the same with filter and sort')
  const plain = baseline(quick ? 20 : 100)
  rows.push({
    ...sizeRow('filter and sort', usual),
    'became free/s': plain.freed,
    'arrived, waits/s': '–',
    'arrived, offered/s': plain.offeredAtOnce,
    'with passing time/s': '–'
  })
  note('each decision against the obvious one')
  const oldest = oldestTaken(quick ? 50 : 500)
  demand(oldest === 100, `${String(oldest)} % were given the first that they could take`)
  const least = ({ freed, arrived, offeredAtOnce }: Rates) => Math.min(freed, arrived, offeredAtOnce)
  return {
    rows,
    figures: {
      coreDecisionsPerS: least(clockMs),
      coreFreedPerS: clockMs.freed,
      coreArrivedPerS: clockMs.arrived,
      coreOfferedAtOncePerS: clockMs.offeredAtOnce,
      coreDecisionsPerCpuS: least(cpuMs),
      coreWithTimePerS: clockMs.withTime,
      coreOldestTakenPct: oldest,
      ...costs,
      filterAndSortPerS: Math.min(plain.freed, plain.offeredAtOnce)
    }
  }
}
