import { mostDue, type BoardCell } from '@palabre/config/contract/board'
import { riskOf } from '@palabre/config/figures/figures'
import type { Medium } from '@palabre/config/contract/routing'

/** Waiting work that is late or at risk. */
export interface Pressing {
  interactionId: string
  queuedAt: string
  dueAt: string
  queueId: string
  accountId: string
  channel: string
  medium: Medium
  risk: 'late' | 'atRisk'
}

/** What is late or at risk of some cells, the most urgent first. */
export const pressingOf = (cells: readonly BoardCell[], now: number): Pressing[] =>
  cells
    .flatMap(({ due, queueId, accountId, channel, medium }) =>
      due.flatMap((one): Pressing[] => {
        const risk = riskOf(one, now)
        return risk ? [{ ...one, queueId, accountId, channel, medium, risk }] : []
      })
    )
    .sort((a, b) => a.dueAt.localeCompare(b.dueAt) || a.interactionId.localeCompare(b.interactionId))

/** How many of each medium, in the order of their first. */
export function byMedium(pressing: readonly Pressing[]): { medium: Medium; count: number }[] {
  const counts = new Map<Medium, number>()
  for (const { medium } of pressing) counts.set(medium, (counts.get(medium) ?? 0) + 1)
  return [...counts].map(([medium, count]) => ({ medium, count }))
}

/** A cell tells of its fifty most urgent only: when all of them press, there may be more. */
export const mayBeMore = (cells: readonly BoardCell[], now: number): boolean =>
  cells.some(({ due }) => due.length >= mostDue && due.every((one) => riskOf(one, now) !== null))
