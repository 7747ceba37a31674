import { describe, expect, it } from 'vitest'
import { barsOf, strokesOf } from './bars.ts'
import { endOf, playableFrom, type Gap } from './gaps.ts'
import { Sides } from './sides.ts'

const gap = (fromMs: number, toMs: number | null, why: Gap['why'] = 'paused'): Gap => ({ fromMs, toMs, why })

describe('the bars of a waveform', () => {
  it('show the loudest of each stretch, whatever the width', () => {
    expect(barsOf([0, 127, 0, 0, 0, 0], 3)).toEqual([1, 0, 0])
    expect(barsOf([127, 0], 4)).toEqual([1, 1, 0, 0])
    expect(barsOf([], 2)).toEqual([0, 0])
  })

  it('lift what is quiet, and never leave their height', () => {
    const [quiet, loud] = barsOf([8, 400], 2)
    expect(quiet).toBeGreaterThan(0.2)
    expect(loud).toBe(1)
  })

  it('leave room for what is not read yet', () => {
    expect(barsOf([127, 127], 4, 0.5)).toEqual([1, 1, 0, 0])
  })

  it('are strokes away from the base, at least a dot', () => {
    expect(strokesOf([1, 0], 3, 20, -10)).toBe('M1.5 20v-10.0M4.5 20v-1.0')
  })
})

describe('gaps', () => {
  it('are skipped by playing, from anywhere in them', () => {
    const gaps = [gap(1000, 5000), gap(8000, null, 'missing')]
    expect(playableFrom(500, gaps, 10_000)).toBe(500)
    expect(playableFrom(1000, gaps, 10_000)).toBe(5000)
    expect(playableFrom(3000, gaps, 10_000)).toBe(5000)
    expect(playableFrom(5000, gaps, 10_000)).toBe(5000)
    expect(playableFrom(8200, gaps, 10_000)).toBe(10_000)
  })

  it('are played through when they are short', () =>
    expect(playableFrom(1200, [gap(1000, 1600)], 10_000)).toBe(1200))

  it('end with the recording while they last', () => expect(endOf(gap(8000, null), 9500)).toBe(9500))
})

describe('live sound', () => {
  const samples = (...values: number[]) => new Uint8Array(Int16Array.from(values).buffer)

  it('is taken apart into its sides, wherever the chunks are cut', () => {
    const sides = new Sides(2)
    const whole = samples(1, -1, 2, -2, 3, -3)
    const first = sides.take(whole.slice(0, 3))
    const second = sides.take(whole.slice(3, 9))
    const third = sides.take(whole.slice(9))
    const joined = [0, 1].map((side) => [first, second, third].flatMap((part) => [...part[side]!]))
    expect(joined).toEqual([
      [1, 2, 3],
      [-1, -2, -3]
    ])
  })

  it('of one side stays one', () => expect([...new Sides(1).take(samples(5, 6))[0]!]).toEqual([5, 6]))
})
