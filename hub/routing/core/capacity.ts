import { media, type CapacityRules, type Medium } from '@palabre/config/contract/routing'
import type { Candidate, Held } from './picture.ts'

/** What takes a place: everything that is held but written threads whose customer is silent. */
export const takesPlace = ({ parked }: Pick<Held, 'parked'>): boolean => parked !== 'idle'

/** Has somebody with these rules and this in hand room for one more of this medium? */
export function hasRoom(
  rules: CapacityRules,
  holds: readonly Pick<Held, 'medium' | 'parked'>[],
  medium: Medium
): boolean {
  let same = 0
  let all = 0
  for (const hold of holds) {
    if (!takesPlace(hold)) continue
    // A thread that waits for its place again interrupts nothing and is interrupted by everything.
    if (hold.parked !== 'due' && !rules.interruptedBy[hold.medium].includes(medium)) return false
    all++
    if (hold.medium === medium) same++
  }
  return same < (rules.places[medium] ?? 0) && (rules.total === null || all < rules.total)
}

export const bitOf: Record<Medium, number> = Object.fromEntries(
  media.map((medium, i) => [medium, 1 << i])
) as Record<Medium, number>

/** The media that somebody has room for, as bits; none when they are not ready. */
export function roomOf({ presence, capacity, holds }: Pick<Candidate, 'presence' | 'capacity' | 'holds'>) {
  if (presence !== 'ready') return 0
  let bits = 0
  for (const medium of media) if (hasRoom(capacity, holds, medium)) bits |= bitOf[medium]
  return bits
}

/** Share of the places that are taken, 0 to 1 and beyond. */
export function loadOf({ capacity, holds }: Pick<Candidate, 'capacity' | 'holds'>): number {
  let places = 0
  for (const medium of media) places += capacity.places[medium] ?? 0
  let taken = 0
  for (const hold of holds) if (takesPlace(hold)) taken++
  return places === 0 ? 1 : taken / places
}
