import { media, type CapacityRules, type Medium } from '@palabre/config/contract/routing'
import type { Candidate, Held } from './picture.ts'

/** What takes a place: everything that is held but written threads whose customer is silent. */
export const takesPlace = ({ parked }: Pick<Held, 'parked'>): boolean => parked !== 'idle'

/** The number of a medium. Comparing a few words costs less than looking one up. */
function numberOf(medium: Medium): number {
  let at = 0
  while (media[at] !== medium) at++
  return at
}

export const bitOf: Record<Medium, number> = Object.fromEntries(
  media.map((medium, i) => [medium, 1 << i])
) as Record<Medium, number>

/** Rules of capacity as numbers, by medium. */
export interface Limits {
  places: readonly number[]
  /** The media that may interrupt each, as bits. */
  interruptedBy: readonly number[]
  total: number
  /** All places together. */
  sum: number
}

export function limitsOf({ places, interruptedBy, total }: CapacityRules): Limits {
  const each = media.map((medium) => places[medium] ?? 0)
  return {
    places: each,
    interruptedBy: media.map((medium) =>
      interruptedBy[medium].reduce((bits, other) => bits | bitOf[other], 0)
    ),
    total: total ?? Infinity,
    sum: each.reduce((a, b) => a + b, 0)
  }
}

/** What limits leave beside what is in hand: media of which there is room for one more, as bits, and places taken. */
export function besideOf(
  { places, interruptedBy, total }: Limits,
  holds: readonly Pick<Held, 'medium' | 'parked'>[]
): { room: number; taken: number } {
  const same = [0, 0, 0, 0, 0, 0]
  let taken = 0
  let allowed = ~0
  for (let i = 0; i < holds.length; i++) {
    const hold = holds[i]!
    if (!takesPlace(hold)) continue
    const at = numberOf(hold.medium)
    taken++
    same[at]!++
    // A thread that waits for its place again interrupts nothing and is interrupted by everything.
    if (hold.parked !== 'due') allowed &= interruptedBy[at]!
  }
  let room = 0
  if (taken < total) for (let at = 0; at < same.length; at++) if (same[at]! < places[at]!) room |= 1 << at
  return { room: room & allowed, taken }
}

/** The media that somebody has room for, as bits; none when they are not ready. */
export const roomOf = ({ presence, capacity, holds }: Pick<Candidate, 'presence' | 'capacity' | 'holds'>) =>
  presence === 'ready' ? besideOf(limitsOf(capacity), holds).room : 0

/** Has somebody with these rules and this in hand room for one more of this medium? */
export const hasRoom = (
  rules: CapacityRules,
  holds: readonly Pick<Held, 'medium' | 'parked'>[],
  medium: Medium
): boolean => (besideOf(limitsOf(rules), holds).room & bitOf[medium]) !== 0

/** Share of the places that are taken, 0 to 1 and beyond. */
export const shareTaken = ({ sum }: Limits, taken: number): number => (sum === 0 ? 1 : taken / sum)

export function loadOf({ capacity, holds }: Pick<Candidate, 'capacity' | 'holds'>): number {
  const limits = limitsOf(capacity)
  return shareTaken(limits, besideOf(limits, holds).taken)
}
