import { expect, it } from 'vitest'
import { fromPcm, Resampler, toPcm } from './pcm.ts'

const tone = (hertz: number, rate: number, samples: number) =>
  Float32Array.from({ length: samples }, (_, n) => 0.5 * Math.sin((2 * Math.PI * hertz * n) / rate))
const crossings = (samples: Float32Array) =>
  samples.reduce((count, sample, n) => count + (n > 0 && samples[n - 1]! < 0 !== sample < 0 ? 1 : 0), 0)
const inBlocks = (resampler: Resampler, samples: Float32Array, size: number) => {
  const made: number[] = []
  for (let n = 0; n < samples.length; n += size) made.push(...resampler.change(samples.subarray(n, n + size)))
  return Float32Array.from(made)
}

it.each([
  [48_000, 16_000],
  [44_100, 16_000],
  [48_000, 8000],
  [16_000, 48_000],
  [8000, 44_100]
])('keeps pitch and length from %i to %i', (from, to) => {
  const made = inBlocks(new Resampler(from, to), tone(440, from, from), 128)
  expect(Math.abs(made.length - to)).toBeLessThan(8)
  expect(Math.abs(crossings(made) - 880)).toBeLessThan(4)
  expect(Math.max(...made)).toBeGreaterThan(0.45)
})

it('does not hear where blocks begin', () => {
  const samples = tone(440, 48_000, 4800)
  const whole = new Resampler(48_000, 16_000).change(samples)
  const pieces = inBlocks(new Resampler(48_000, 16_000), samples, 128)
  expect(pieces).toEqual(whole)
})

it('clips instead of wrapping round, and comes back as it went', () => {
  expect([...toPcm(Float32Array.of(2, -2, 0))]).toEqual([32_767, -32_767, 0])
  expect(fromPcm(toPcm(Float32Array.of(0.5)))[0]).toBeCloseTo(0.5, 3)
})
