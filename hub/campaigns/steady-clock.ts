/** The wall clock may run so far from the steady one and still be believed. */
const driftMs = 1500
/** A wall clock that was set is believed when it has run evenly for so long: by then a mistake was put right. */
const settleMs = 30_000

/**
 * Time of day for what must start neither early nor late. It follows the wall clock as long as that runs evenly; when
 * it was set, time goes on as before until the new setting has stood for half a minute.
 */
export function steadyClock(
  wall: () => number = () => Date.now(),
  steady: () => number = () => performance.now()
): () => number {
  let offset = wall() - steady()
  let doubted: { offset: number; since: number } | null = null
  return () => {
    const now = steady()
    const seen = wall() - now
    if (Math.abs(seen - offset) <= driftMs) {
      // Clocks that are slewed drift a little; it adds up to nothing when it is followed.
      offset = seen
      doubted = null
    } else if (!doubted || Math.abs(seen - doubted.offset) > driftMs) doubted = { offset: seen, since: now }
    else if (now - doubted.since >= settleMs) {
      offset = seen
      doubted = null
    }
    return now + offset
  }
}
