import { media, type CapacityRules, type Medium } from '@palabre/config/contract/routing'
import type { Candidate, Held } from './picture.ts'

/** What takes a place: everything that is held but written threads whose customer is silent. */
export const takesPlace = ({ parked }: Pick<Held, 'parked'>): boolean => parked !== 'idle'

export const bitOf: Record<Medium, number> = Object.fromEntries(
  media.map((medium, i) => [medium, 1 << i])
) as Record<Medium, number>

/** The media of which somebody with these rules and this in hand has room for one more, as bits. */
function roomBeside(rules: CapacityRules, holds: readonly Pick<Held, 'medium' | 'parked'>[]): number {
  const held: Partial<Record<Medium, number>> = {}
  let all = 0
  let beside = ~0
  for (const hold of holds) {
    if (!takesPlace(hold)) continue
    all++
    held[hold.medium] = (held[hold.medium] ?? 0) + 1
    // A thread that waits for its place again interrupts nothing and is interrupted by everything.
    if (hold.parked === 'due') continue
    let interrupting = 0
    for (const medium of rules.interruptedBy[hold.medium]) interrupting |= bitOf[medium]
    beside &= interrupting
  }
  if (rules.total !== null && all >= rules.total) return 0
  let bits = 0
  for (const medium of media) if ((held[medium] ?? 0) < (rules.places[medium] ?? 0)) bits |= bitOf[medium]
  return bits & beside
}

/** Has somebody with these rules and this in hand room for one more of this medium? */
export const hasRoom = (
  rules: CapacityRules,
  holds: readonly Pick<Held, 'medium' | 'parked'>[],
  medium: Medium
): boolean => (roomBeside(rules, holds) & bitOf[medium]) !== 0

/** The media that somebody has room for, as bits; none when they are not ready. */
export const roomOf = ({ presence, capacity, holds }: Pick<Candidate, 'presence' | 'capacity' | 'holds'>) =>
  presence === 'ready' ? roomBeside(capacity, holds) : 0

/** Share of the places that are taken, 0 to 1 and beyond. */
export function loadOf({ capacity, holds }: Pick<Candidate, 'capacity' | 'holds'>): number {
  let places = 0
  for (const medium of media) places += capacity.places[medium] ?? 0
  let taken = 0
  for (const hold of holds) if (takesPlace(hold)) taken++
  return places === 0 ? 1 : taken / places
}
