import { describe, expect, it } from 'vitest'
import { loudest, measured, waveform } from './peaks.ts'

const pcm = (samples: number[]) => Buffer.from(Int16Array.from(samples).buffer)
/** So many milliseconds, left of one loudness and right of another. */
const both = (ms: number, left: number, right: number) =>
  pcm(Array.from({ length: ms * 8 * 2 }, (_, n) => (n % 2 === 0 ? left : -right)))

describe('peaks', () => {
  it('are the loudest sample of each tenth of a second and channel', () => {
    const sound = Buffer.concat([both(100, 0, 32_767), both(50, 12_800, 256)])
    expect([...measured(sound, 2, 8000)]).toEqual([0, 127, 50, 1])
  })

  it('reach the end of the scale and not beyond', () => {
    expect(loudest(pcm([3, -32_768, 5]))).toBe(32_768)
    expect([...measured(pcm([-32_768]), 1, 8000)]).toEqual([127])
  })

  it('make a waveform in which what is missing is flat', () => {
    const bars = waveform(
      [
        { fromStretch: 0, peaks: Uint8Array.from([1, 2, 3, 4]) },
        { fromStretch: 4, peaks: Uint8Array.from([5, 6]) }
      ],
      2,
      5
    )
    expect(bars).toEqual([
      [1, 3, 0, 0, 5],
      [2, 4, 0, 0, 6]
    ])
  })

  it('make at most 2,000 bars, and lose no loud moment', () => {
    const peaks = new Uint8Array(36_000)
    peaks[35_999] = 99
    const [bars = []] = waveform([{ fromStretch: 0, peaks }], 1, 36_000)
    expect(bars.length).toBeLessThanOrEqual(2000)
    expect(bars.at(-1)).toBe(99)
  })
})
