/** What one subject brought. */
export interface Tried {
  id: string
  sent: number
  clicked: number
}

/**
 * What may be said of a test of subjects. `chance`: how often a difference as large would come up between the best and
 * the next if all were equally good.
 */
export type Verdict =
  | { kind: 'too-few' }
  | { kind: 'within-chance'; best: string; chance: number }
  | { kind: 'better'; best: string; chance: number }

/** A difference that comes up more often than this by itself is none. */
const sureBelow = 0.05
/** Below so many expected in a cell the normal curve is no picture of the counts (Cochran). */
const fewestExpected = 5
const ninetyFive = 1.959964

/** Share of a normal curve beyond z on both sides; Abramowitz and Stegun 7.1.26, right to 1.5e-7. */
export function bothTails(z: number): number {
  const x = Math.abs(z) / Math.SQRT2
  const t = 1 / (1 + 0.3275911 * x)
  const polynomial =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
  return Math.min(1, polynomial * Math.exp(-x * x))
}

/** The two-proportion test, pooled and two-sided; null where there is too little for it. */
export function chanceOf(a: Tried, b: Tried): number | null {
  const all = a.sent + b.sent
  if (a.sent === 0 || b.sent === 0) return null
  const pooled = (a.clicked + b.clicked) / all
  const fewest = Math.min(a.sent, b.sent) * Math.min(pooled, 1 - pooled)
  if (fewest < fewestExpected) return null
  const spread = Math.sqrt(pooled * (1 - pooled) * (1 / a.sent + 1 / b.sent))
  return bothTails((a.clicked / a.sent - b.clicked / b.sent) / spread)
}

/**
 * How the best of several stands to the next. The best is picked after the fact from all pairs, so the chance is taken
 * that many times (Bonferroni).
 */
export function compareSubjects(subjects: readonly Tried[]): Verdict {
  const rate = ({ sent, clicked }: Tried) => (sent > 0 ? clicked / sent : 0)
  const [best, ...others] = subjects
    .filter(({ sent }) => sent > 0)
    .sort((a, b) => rate(b) - rate(a) || a.id.localeCompare(b.id))
  if (!best || others.length === 0) return { kind: 'too-few' }
  const chances = others.map((one) => chanceOf(best, one))
  const known = chances.filter((chance) => chance !== null)
  if (known.length < chances.length) return { kind: 'too-few' }
  const pairs = ((others.length + 1) * others.length) / 2
  const chance = Math.min(1, Math.max(...known) * pairs)
  return { kind: chance < sureBelow ? 'better' : 'within-chance', best: best.id, chance }
}

/** Between what the true rate lies in 95 of 100 cases (Wilson); null of nothing. */
export function rangeOf({ sent, clicked }: Tried): { low: number; high: number } | null {
  if (sent === 0) return null
  const share = clicked / sent
  const z2 = ninetyFive ** 2 / sent
  const middle = (share + z2 / 2) / (1 + z2)
  const half = (ninetyFive / (1 + z2)) * Math.sqrt((share * (1 - share)) / sent + z2 / (4 * sent))
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) }
}
