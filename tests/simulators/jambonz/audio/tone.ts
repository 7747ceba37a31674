import { frameSamples, rate, type Samples, type Source } from './pcm.ts'

const cache = new Map<string, Samples>()

/** A sine of whole hertz that goes on, in phase, for ever or until a slot. Its few different frames are made once. */
export function tone(hertz: number, until = Infinity, level = 8000): Source {
  if (!Number.isInteger(hertz)) throw new Error('A tone has whole hertz')
  // After so many frames a sine of whole hertz is where it began.
  const period = 50 / gcd(50, hertz)
  return (slot) => (slot >= until ? undefined : frame(hertz, slot % period, level))
}

function frame(hertz: number, nth: number, level: number): Samples {
  const key = `${hertz}/${nth}/${level}`
  const known = cache.get(key)
  if (known) return known
  const made = new Int16Array(frameSamples)
  for (let n = 0; n < frameSamples; n++)
    made[n] = level * Math.sin((2 * Math.PI * hertz * (nth * frameSamples + n)) / rate)
  cache.set(key, made)
  return made
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))
