/** The same numbers in every run (mulberry32). */
export function diceOf(seed: number) {
  let state = seed
  const roll = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  const between = (min: number, max: number) => min + Math.floor(roll() * (max - min + 1))
  const pick = <T>(from: readonly T[]): T => from[between(0, from.length - 1)]!
  return {
    roll,
    between,
    pick,
    /** So many different ones. */
    some<T>(from: readonly T[], count: number): T[] {
      const chosen = new Set<T>()
      while (chosen.size < count) chosen.add(pick(from))
      return [...chosen]
    }
  }
}
export type Dice = ReturnType<typeof diceOf>
