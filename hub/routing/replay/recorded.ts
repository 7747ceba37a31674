import { readyIn } from './presence.ts'
import type { Interval, Outcome, Traffic, Visit, Wait } from './traffic.ts'

/** What the records say came of the traffic. */
export function recordedOutcome({ from, to, visits, presence }: Traffic, staff: Outcome['staff']): Outcome {
  const waits: Wait[] = []
  const work = new Map<string, Interval[]>()
  for (const first of visits)
    for (let visit: Visit | null = first; visit; visit = visit.next) {
      if (visit.joinedAt >= from && visit.joinedAt < to) waits.push(waitOf(visit, to))
      if (visit.ended.how !== 'answered' || visit.ended.at >= to) continue
      const { agentId, at, until } = visit.ended
      const interval = { from: Math.max(at, from), to: Math.min(until, to) }
      const known = work.get(agentId)
      if (known) known.push(interval)
      else work.set(agentId, [interval])
    }
  return { waits, work, ready: new Map([...presence].map(([id, spans]) => [id, readyIn(spans)])), staff }
}

function waitOf({ ended, queueId, queuedAt, targetMs, late }: Visit, to: number): Wait {
  if (ended.how === 'answered' && ended.at < to)
    return { queueId, how: 'answered', waitedMs: ended.at - queuedAt, targetMs, late }
  const left = ended.how === 'left' && ended.at < to
  const waitedMs = (left ? ended.at : to) - queuedAt
  return {
    queueId,
    how: left ? 'left' : 'waiting',
    waitedMs,
    targetMs,
    late: targetMs !== null && waitedMs > targetMs
  }
}
