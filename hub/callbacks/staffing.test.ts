import { describe, expect, it } from 'vitest'
import { quarterMs } from '@palabre/config/figures/quarters'
import { expected } from './staffing.ts'

const slot = { from: new Date('2026-11-24T09:00:00Z'), to: new Date('2026-11-24T09:30:00Z') }
const week = 7 * 86_400_000

describe('who is expected', () => {
  it('is the mean of the weeks before at the same time, without those in which nobody was there', () => {
    const ready = new Map<number, number>()
    for (const [weeks, agents] of [
      [1, 2],
      [2, 4]
    ] as const)
      for (const quarter of [0, 1])
        ready.set(slot.from.getTime() - weeks * week + quarter * quarterMs, agents * quarterMs)
    expect(expected(ready, slot, 10, 'UTC')).toBe(3)
  })

  it('takes the time of clocks, not of the sun, when these were changed in between', () => {
    const monday = { from: new Date('2026-10-26T08:00:00Z'), to: new Date('2026-10-26T08:15:00Z') }
    // Nine in Paris a week before, in summer time, was seven in UTC.
    const ready = new Map([[Date.parse('2026-10-19T07:00:00Z'), 5 * quarterMs]])
    expect(expected(ready, monday, 10, 'Europe/Paris')).toBe(5)
  })

  it('is half of the queue’s agents while nothing is known', () => {
    expect(expected(new Map(), slot, 10, 'UTC')).toBe(5)
  })
})
