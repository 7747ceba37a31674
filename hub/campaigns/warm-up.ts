/** A new sender earns its name: so many on the first day, and each day so many times more. */
export interface WarmUp {
  /** First day, `2026-11-23`. */
  from: string
  first: number
  growth: number
}

const dayMs = 86_400_000
const mostDays = 3650

/** How many may leave on a day; null: as many as one likes. */
export function capOf(warmUp: WarmUp | null, day: string): number | null {
  if (!warmUp) return null
  const days = Math.round((Date.parse(day) - Date.parse(warmUp.from)) / dayMs)
  if (days < 0) return 0
  const cap = warmUp.first * warmUp.growth ** Math.min(days, mostDays)
  return cap > Number.MAX_SAFE_INTEGER ? null : Math.floor(cap)
}
