import { quarterMs, quarterOf } from '@palabre/config/figures/quarters'

/** A stretch of time, cut where quarters begin. */
export function piecesOf(from: number, to: number): { slot: number; ms: number }[] {
  const pieces = []
  for (let at = from; at < to;) {
    const slot = quarterOf(at)
    const end = Math.min(to, slot + quarterMs)
    pieces.push({ slot, ms: end - at })
    at = end
  }
  return pieces
}
