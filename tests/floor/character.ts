import type { Chance } from './random.ts'

/** How somebody works. Times are in ms, shares from 0 to 1. */
export interface Character {
  kind: string
  /** From the offer to taking it. */
  reactsMs: number
  /** From taking it to closing. */
  handlesMs: number
  wrapsUpMs: number
  /** Of offers: those that are let pass, and those that are given back. */
  misses: number
  declines: number
  /** Of contacts: those after which a break is taken, and how long it is. */
  breaks: number
  breakMs: number
}

const even = { misses: 0.02, declines: 0.02, breaks: 0.04, breakMs: 60_000 }
const kinds: Character[] = [
  { kind: 'steady', reactsMs: 4000, handlesMs: 50_000, wrapsUpMs: 8000, ...even },
  { kind: 'steady', reactsMs: 5000, handlesMs: 60_000, wrapsUpMs: 10_000, ...even },
  { kind: 'fast', reactsMs: 1500, handlesMs: 25_000, wrapsUpMs: 3000, ...even, misses: 0 },
  { kind: 'slow', reactsMs: 12_000, handlesMs: 120_000, wrapsUpMs: 25_000, ...even, misses: 0.05 },
  { kind: 'takes breaks', reactsMs: 5000, handlesMs: 45_000, wrapsUpMs: 8000, ...even, breaks: 0.25 },
  { kind: 'misses offers', reactsMs: 8000, handlesMs: 55_000, wrapsUpMs: 10_000, ...even, misses: 0.25 },
  { kind: 'declines', reactsMs: 3000, handlesMs: 50_000, wrapsUpMs: 8000, ...even, declines: 0.2 }
]

/** Somebody's character; `pace` 0.5 halves all their times. */
export function characterOf(chance: Chance, pace = 1): Character {
  const { reactsMs, handlesMs, wrapsUpMs, breakMs, ...one } = chance.of(kinds)
  return {
    ...one,
    reactsMs: reactsMs * pace,
    handlesMs: handlesMs * pace,
    wrapsUpMs: wrapsUpMs * pace,
    breakMs: breakMs * pace
  }
}
