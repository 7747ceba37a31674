import type { BoardQuarter } from '../contract/board.ts'

export const quarterMs = 15 * 60_000
/** The quarter of an hour in which a moment lies. All time zones of the world begin their days at one. */
export const quarterOf = (at: number): number => Math.floor(at / quarterMs) * quarterMs

/** "Now" of a figure that needs some past: the running quarter of an hour and the four before it. */
export const hourSince = (now: number): number => quarterOf(now) - 4 * quarterMs

/** The beginnings of the quarters from a moment until now, in order. */
export function quartersSince(from: number, now: number): number[] {
  const slots = []
  for (let slot = quarterOf(from); slot <= now; slot += quarterMs) slots.push(slot)
  return slots
}

export type Sums = Record<string, number>

/** All sums of some quarters together. */
export function totalOf(quarters: Iterable<Pick<BoardQuarter, 'sums'>>): Sums {
  const total: Sums = {}
  for (const { sums } of quarters)
    for (const [name, value] of Object.entries(sums)) total[name] = (total[name] ?? 0) + value
  return total
}

/**
 * The same quarters as fewer: those since `from` that are older than what figures of "now" look at become one for each
 * key. No figure of a day that began at `from` is another for it.
 */
export function condense(quarters: Iterable<BoardQuarter>, from: number, now: number): BoardQuarter[] {
  const border = hourSince(now)
  const first = new Date(quarterOf(from)).toISOString()
  const merged = new Map<string, BoardQuarter>()
  const kept: BoardQuarter[] = []
  for (const quarter of quarters) {
    const at = Date.parse(quarter.slot)
    if (at >= border) kept.push(quarter)
    else if (at >= quarterOf(from)) {
      const { kind, queueId, accountId, medium, agentId } = quarter
      const key = kind === 'agent' ? `agent|${agentId ?? ''}` : [queueId, accountId, medium].join('|')
      const known = merged.get(key)
      merged.set(key, {
        ...quarter,
        id: key,
        slot: first,
        sums: totalOf(known ? [known, quarter] : [quarter])
      })
    }
  }
  return [...merged.values(), ...kept]
}
