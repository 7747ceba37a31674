import { media, type CapacityRules, type Medium } from '@palabre/config/contract/routing'
import type { Candidate, Held } from './picture.ts'

/** What takes a place: everything that is held but written threads whose customer is silent. */
export const takesPlace = ({ parked }: Pick<Held, 'parked'>): boolean => parked !== 'idle'

const indexOf = Object.fromEntries(media.map((medium, i) => [medium, i])) as Record<Medium, number>

export const bitOf: Record<Medium, number> = Object.fromEntries(
  media.map((medium, i) => [medium, 1 << i])
) as Record<Medium, number>

/** The media of which somebody with these rules and this in hand has room for one more, as bits. */
function roomBeside(rules: CapacityRules, holds: readonly Pick<Held, 'medium' | 'parked'>[]): number {
  const same = [0, 0, 0, 0, 0, 0]
  let all = 0
  let beside = ~0
  let seen = 0
  for (const hold of holds) {
    if (!takesPlace(hold)) continue
    const at = indexOf[hold.medium]
    all++
    same[at]!++
    // A thread that waits for its place again interrupts nothing and is interrupted by everything.
    if (hold.parked === 'due' || seen & (1 << at)) continue
    seen |= 1 << at
    let interrupting = 0
    for (const medium of rules.interruptedBy[hold.medium]) interrupting |= 1 << indexOf[medium]
    beside &= interrupting
  }
  if (rules.total !== null && all >= rules.total) return 0
  let room = 0
  media.forEach((medium, at) => {
    if (same[at]! < (rules.places[medium] ?? 0)) room |= 1 << at
  })
  return room & beside
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
