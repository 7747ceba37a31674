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

/** What somebody has in hand, counted. */
export interface Hand {
  /** Places taken, by medium and together. */
  readonly same: number[]
  taken: number
  /** The media that may interrupt all of it, as bits. */
  allowed: number
}

export const emptyHand = (): Hand => ({ same: media.map(() => 0), taken: 0, allowed: ~0 })

export function empty(hand: Hand) {
  const { same } = hand
  for (let at = 0; at < same.length; at++) same[at] = 0
  hand.taken = 0
  hand.allowed = ~0
}

/** Counts one more. */
export function addTo(hand: Hand, { interruptedBy }: Limits, hold: Pick<Held, 'medium' | 'parked'>) {
  if (!takesPlace(hold)) return
  const at = numberOf(hold.medium)
  hand.taken++
  hand.same[at]!++
  // A thread that waits for its place again interrupts nothing and is interrupted by everything.
  if (hold.parked !== 'due') hand.allowed &= interruptedBy[at]!
}

/** The media of which limits leave room for one more beside what is in hand, as bits. */
export function roomBeside({ places, total }: Limits, { same, taken, allowed }: Hand): number {
  if (taken >= total) return 0
  let room = 0
  for (let at = 0; at < same.length; at++) if (same[at]! < places[at]!) room |= 1 << at
  return room & allowed
}

function handOf(limits: Limits, holds: readonly Pick<Held, 'medium' | 'parked'>[]): Hand {
  const hand = emptyHand()
  for (const hold of holds) addTo(hand, limits, hold)
  return hand
}

const roomIn = (limits: Limits, holds: readonly Pick<Held, 'medium' | 'parked'>[]) =>
  roomBeside(limits, handOf(limits, holds))

/** The media that somebody has room for, as bits; none when they are not ready. */
export const roomOf = ({ presence, capacity, holds }: Pick<Candidate, 'presence' | 'capacity' | 'holds'>) =>
  presence === 'ready' ? roomIn(limitsOf(capacity), holds) : 0

/** Has somebody with these rules and this in hand room for one more of this medium? */
export const hasRoom = (
  rules: CapacityRules,
  holds: readonly Pick<Held, 'medium' | 'parked'>[],
  medium: Medium
): boolean => (roomIn(limitsOf(rules), holds) & bitOf[medium]) !== 0

/** Share of the places that are taken, 0 to 1 and beyond. */
export const shareTaken = ({ sum }: Limits, taken: number): number => (sum === 0 ? 1 : taken / sum)

export function loadOf({ capacity, holds }: Pick<Candidate, 'capacity' | 'holds'>): number {
  const limits = limitsOf(capacity)
  return shareTaken(limits, handOf(limits, holds).taken)
}
