import type { ReplayFigures } from '@palabre/config/contract/routing'

/** How a figure is written, and which way is better. */
export interface FigureRow {
  name: keyof ReplayFigures
  word: string
  kind: 'count' | 'share' | 'seconds'
  better: 'more' | 'less' | null
  help: boolean
}

/** The figures from the most telling one down. */
export const figureRows = [
  { name: 'serviceLevel', word: 'service-level', kind: 'share', better: 'more', help: true },
  { name: 'waitAverageS', word: 'wait-average', kind: 'seconds', better: 'less', help: true },
  { name: 'waitP90S', word: 'wait-p90', kind: 'seconds', better: 'less', help: false },
  { name: 'waitLongestS', word: 'wait-longest', kind: 'seconds', better: 'less', help: false },
  { name: 'occupancy', word: 'occupancy', kind: 'share', better: null, help: true },
  { name: 'arrivals', word: 'arrivals', kind: 'count', better: null, help: true },
  { name: 'answered', word: 'answered', kind: 'count', better: 'more', help: false },
  { name: 'abandoned', word: 'abandoned', kind: 'count', better: 'less', help: true }
] as const satisfies FigureRow[]

/** Differences smaller than what is shown are none. */
const shown = { count: 1, share: 0.001, seconds: 0.1 }

/** What the change makes of a figure; null where there is nothing to compare. */
export function differenceIn(
  { name, kind, better }: FigureRow,
  asIs: ReplayFigures,
  changed: ReplayFigures
): { by: number; tone: 'better' | 'worse' | null } | null {
  const before = asIs[name]
  const after = changed[name]
  if (before === null || after === null) return null
  const by = after - before
  if (Math.abs(by) < shown[kind] - 1e-9) return null
  return { by, tone: better === null ? null : by > 0 === (better === 'more') ? 'better' : 'worse' }
}
