/** Chance that can be had again: the same seed gives the same choices (mulberry32). */
export interface Chance {
  seed: number
  /** At least `from`, less than `to`. */
  between(from: number, to: number): number
  of<T>(choices: readonly T[]): T
  shuffled<T>(items: readonly T[]): T[]
}

/** PALABRE_CHAOS_SEED repeats an earlier run's choices; the moments still depend on the machine. */
export function chance(seed = Number(process.env['PALABRE_CHAOS_SEED']) || Date.now() % 1_000_000): Chance {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  const between = (from: number, to: number) => from + next() * (to - from)
  return {
    seed,
    between,
    of: (choices) => choices[Math.floor(next() * choices.length)]!,
    shuffled(items) {
      const left = [...items]
      return Array.from({ length: left.length }, () => left.splice(Math.floor(next() * left.length), 1)[0]!)
    }
  }
}
