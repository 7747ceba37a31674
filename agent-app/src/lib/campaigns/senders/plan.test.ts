import { describe, expect, it } from 'vitest'
import { plannedDays } from './plan.ts'

const warmUp = { from: '2026-11-24', first: 200, growth: 1.5 }

describe('the plan of a warm-up', () => {
  it('begins with few and has more every day', () => {
    expect(plannedDays(warmUp, '2026-11-24', 4).map(({ most }) => most)).toEqual([200, 300, 450, 675])
  })
  it('goes on from today, over the end of a month', () => {
    expect(plannedDays(warmUp, '2026-11-30', 2)).toEqual([
      { day: '2026-11-30', most: 2278 },
      { day: '2026-12-01', most: 3417 }
    ])
  })
  it('lets nothing leave before its first day', () => {
    expect(plannedDays(warmUp, '2026-11-22', 3).map(({ most }) => most)).toEqual([0, 0, 200])
  })
})
