export const slotMs = 15 * 60_000

/** The quarter of an hour in which a moment lies. All time zones of the world begin their days at one. */
export const slotOf = (at: number): number => Math.floor(at / slotMs) * slotMs

/** A stretch of time, cut where quarters begin. */
export function piecesOf(from: number, to: number): { slot: number; ms: number }[] {
  const pieces = []
  for (let at = from; at < to;) {
    const slot = slotOf(at)
    const end = Math.min(to, slot + slotMs)
    pieces.push({ slot, ms: end - at })
    at = end
  }
  return pieces
}
