import type { ReplayFigures } from '@palabre/config/contract/routing'
import type { Interval, Outcome, Wait } from './traffic.ts'

/**
 * The figures of one queue, or of all. Every visit of a queue counts in the one where it began; it waits until it is
 * answered, left, or the period ends. The service level is the share answered in time among those that had a target
 * and were answered, or had waited for longer than it: who gave up sooner was not failed. Occupancy is that of the
 * agents who work the queue, with whatever it was that they handled while they were ready.
 */
export function figuresOf(outcome: Outcome, queueId?: string): ReplayFigures {
  const waits = queueId === undefined ? outcome.waits : outcome.waits.filter((one) => one.queueId === queueId)
  const lengths = waits.map(({ waitedMs }) => waitedMs).sort((a, b) => a - b)
  const sum = lengths.reduce((total, ms) => total + ms, 0)
  return {
    arrivals: waits.length,
    answered: waits.filter(({ how }) => how === 'answered').length,
    abandoned: waits.filter(({ how }) => how === 'left').length,
    serviceLevel: serviceLevelOf(waits),
    waitAverageS: seconds(waits.length === 0 ? 0 : sum / waits.length),
    // The nearest rank: a wait that somebody had.
    waitP90S: seconds(lengths[Math.ceil(lengths.length * 0.9) - 1] ?? 0),
    waitLongestS: seconds(lengths.at(-1) ?? 0),
    occupancy: occupancyOf(
      outcome,
      queueId === undefined ? [...outcome.ready.keys()] : outcome.staff(queueId)
    )
  }
}

const seconds = (ms: number) => Math.round(ms / 100) / 10

function serviceLevelOf(waits: readonly Wait[]): number | null {
  const judged = waits.filter(({ how, targetMs, late }) => targetMs !== null && (how === 'answered' || late))
  if (judged.length === 0) return null
  return judged.filter(({ late }) => !late).length / judged.length
}

function occupancyOf({ work, ready }: Outcome, agentIds: readonly string[]): number {
  let there = 0
  let busy = 0
  for (const id of agentIds) {
    const spans = ready.get(id) ?? []
    there += lengthOf(spans)
    busy += sharedBy(joined(work.get(id) ?? []), spans)
  }
  return there === 0 ? 0 : busy / there
}

const lengthOf = (intervals: readonly Interval[]) =>
  intervals.reduce((total, { from, to }) => total + Math.max(0, to - from), 0)

/** Intervals in order, those that touch made one. */
function joined(intervals: readonly Interval[]): Interval[] {
  const whole: Interval[] = []
  for (const { from, to } of [...intervals].sort((a, b) => a.from - b.from)) {
    const last = whole.at(-1)
    if (last && from <= last.to) last.to = Math.max(last.to, to)
    else whole.push({ from, to })
  }
  return whole
}

/** How much of the time lies in both. Both are in order and do not overlap. */
function sharedBy(some: readonly Interval[], others: readonly Interval[]): number {
  let total = 0
  let j = 0
  for (const one of some) {
    while (j < others.length && others[j]!.to <= one.from) j++
    for (let k = j; k < others.length && others[k]!.from < one.to; k++)
      total += Math.min(one.to, others[k]!.to) - Math.max(one.from, others[k]!.from)
  }
  return total
}
