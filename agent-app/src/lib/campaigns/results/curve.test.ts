import { describe, expect, it } from 'vitest'
import { curveOf } from './curve.ts'

const slot = (from: string, count = 1) => ({ from, count })
const utc = () => 0
const minute = 60_000
const dakar = utc

describe('a curve over time', () => {
  it('has no holes: where nothing was counted, none was', () => {
    const { step, from, values } = curveOf(
      [slot('2026-11-24T10:00:00Z', 3), slot('2026-11-24T10:15:00Z', 4)],
      120,
      dakar
    )
    expect(step).toBe(5 * minute)
    expect(values).toEqual([3, 0, 0, 4])
    expect(new Date(from[1]!).toISOString()).toBe('2026-11-24T10:05:00.000Z')
  })
  it('takes longer steps the longer it lasts, and loses nothing', () => {
    const slots = Array.from({ length: 3000 }, (_, n) =>
      slot(new Date(Date.UTC(2026, 10, 1) + n * 5 * minute).toISOString(), 2)
    )
    const { step, values } = curveOf(slots, 120, utc)
    expect(step).toBe(6 * 60 * minute)
    expect(values.length).toBeLessThanOrEqual(120)
    expect(values.reduce((sum, one) => sum + one, 0)).toBe(6000)
  })
  it('begins days as the reader’s clocks do, also where clocks change', () => {
    // Paris: two hours ahead until 25 October 01:00 UTC, one hour after.
    const change = Date.UTC(2026, 9, 25, 1)
    const paris = (at: number) => (at < change ? 120 : 60) * minute
    const days = Array.from({ length: 130 }, (_, n) =>
      slot(new Date(Date.UTC(2026, 8, 1, 12) + n * 24 * 60 * minute).toISOString())
    )
    const { step, from, values } = curveOf(days, 120, paris)
    expect(step).toBe(24 * 60 * minute)
    expect(new Set(values)).toEqual(new Set([1]))
    expect(new Date(from[0]!).toISOString()).toBe('2026-08-31T22:00:00.000Z')
    expect(new Date(from.at(-1)!).toISOString()).toBe('2027-01-07T23:00:00.000Z')
  })
  it('of nothing is empty', () => {
    expect(curveOf([])).toMatchObject({ from: [], values: [] })
  })
})
