import { rate, type Samples } from './pcm.ts'

/** How much of the sound is at this frequency: 0 to about 1, where 1 is a pure tone (Goertzel's algorithm). */
export function goertzel(samples: Samples, hertz: number, sampleRate = rate): number {
  const turn = 2 * Math.cos((2 * Math.PI * hertz) / sampleRate)
  let before = 0
  let last = 0
  let energy = 0
  for (const sample of samples) {
    const now = sample + turn * last - before
    before = last
    last = now
    energy += sample * sample
  }
  if (energy === 0) return 0
  const power = last * last + before * before - turn * last * before
  return (2 * power) / (samples.length * energy)
}
