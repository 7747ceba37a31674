const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
/** How much time a point may stand for. */
const steps = [5 * minute, 15 * minute, hour, 6 * hour, day] as const

export interface Curve {
  /** Time that a point stands for, in ms. */
  step: number
  /** Beginnings, in ms. */
  from: number[]
  values: number[]
}

const offsetAt = (at: number): number => -new Date(at).getTimezoneOffset() * minute

/**
 * Counts of every five minutes as a curve of at most so many points (more only over months), without holes: where
 * nothing was counted, none was. Hours and days begin as the reader's clocks show them.
 * @param offset what the reader's clocks are ahead of UTC at a moment, in ms
 */
export function curveOf(
  slots: readonly { from: string; count: number }[],
  most = 120,
  offset: (at: number) => number = offsetAt
): Curve {
  const counted = slots.map(({ from, count }) => {
    const at = Date.parse(from)
    return { wall: at + offset(at), count }
  })
  const walls = counted.map(({ wall }) => wall)
  if (walls.length === 0) return { step: steps[0], from: [], values: [] }
  const [first, last] = [walls.reduce((a, b) => Math.min(a, b)), walls.reduce((a, b) => Math.max(a, b))]
  const step = steps.find((one) => (last - first) / one < most) ?? day
  const begin = Math.floor(first / step)
  const values = new Array<number>(Math.floor(last / step) - begin + 1).fill(0)
  for (const { wall, count } of counted) {
    const n = Math.floor(wall / step) - begin
    values[n] = (values[n] ?? 0) + count
  }
  const momentOf = (wall: number) => wall - offset(wall - offset(wall))
  return { step, from: values.map((_, n) => momentOf((begin + n) * step)), values }
}
