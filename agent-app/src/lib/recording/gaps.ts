import type { Recording } from '@palabre/config/contract/recording'

export type Gap = Recording['gaps'][number]

/** Shorter ones are played through: a jump would be more of a surprise. */
const shortMs = 1000

/** Where a gap ends: one that lasts ends where the recording does. */
export const endOf = (gap: Gap, ms: number): number => Math.min(ms, gap.toMs ?? ms)

/** Where playing goes on from `at`: behind a stretch in which nothing was kept. */
export function playableFrom(at: number, gaps: readonly Gap[], ms: number): number {
  const gap = gaps.find((one) => at >= one.fromMs && at < endOf(one, ms) - 50)
  return gap && endOf(gap, ms) - gap.fromMs >= shortMs ? endOf(gap, ms) : at
}
