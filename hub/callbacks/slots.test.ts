import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Calendar } from '@palabre/config/contract/setting'
import { openTimes } from '../settings/opening.ts'
import { cutSlots, placesOf } from './slots.ts'

const rules = { minutes: 30, noticeMinutes: 60, daysAhead: 7, share: 0.5, most: null }
const calendar = (timeZone: string): Calendar => ({
  id: '0'.repeat(24),
  version: 1,
  archived: false,
  updatedAt: '2026-01-01T00:00:00.000Z',
  name: 'Office',
  timeZone,
  week: Array.from({ length: 7 }, (_, day) =>
    day < 5
      ? [
          { from: 540, to: 720 },
          { from: 840, to: 1020 }
        ]
      : []
  ),
  holidays: [{ day: '2026-03-31', name: 'Closed', intervals: [] }]
})

describe('slots of callbacks', () => {
  it('lie within open times, whole, in order, apart, and after the notice', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 10, max: 240 }),
        fc.integer({ min: 0, max: 600 }),
        fc.integer({ min: 0, max: 20 * 1440 }),
        (minutes, noticeMinutes, minute) => {
          const now = new Date(Date.UTC(2026, 2, 20) + minute * 60_000)
          const open = openTimes(calendar('Europe/Paris'), now, new Date(now.getTime() + 7 * 86_400_000))
          const slots = cutSlots(open, { ...rules, minutes, noticeMinutes }, now)
          slots.forEach(({ from, to }, i) => {
            expect(to.getTime() - from.getTime()).toBe(minutes * 60_000)
            expect(from.getTime()).toBeGreaterThanOrEqual(now.getTime() + noticeMinutes * 60_000)
            expect(open.some((time) => time.from <= from && to <= time.to)).toBe(true)
            if (i > 0) expect(slots[i - 1]!.to <= from).toBe(true)
          })
        }
      )
    )
  })

  it('begin when clocks of the queue show it, on both sides of a change of clocks; holidays have none', () => {
    const now = new Date('2026-03-27T00:00:00Z')
    const open = openTimes(calendar('Europe/Paris'), now, new Date('2026-04-02T00:00:00Z'))
    const starts = cutSlots(open, rules, now).map(({ from }) => from.toISOString())
    // Friday in winter time, Monday in summer time; Tuesday is closed.
    expect(starts).toContain('2026-03-27T08:00:00.000Z')
    expect(starts).toContain('2026-03-30T07:00:00.000Z')
    expect(starts.filter((start) => start.startsWith('2026-03-31'))).toEqual([])
    expect(starts.filter((start) => start.startsWith('2026-03-27'))).toHaveLength(12)
  })

  it('have as many places as the expected agents can call in the time that callbacks get', () => {
    expect(placesOf(rules, { agents: 4, handleSeconds: 300 })).toBe(12)
    expect(placesOf({ ...rules, most: 5 }, { agents: 4, handleSeconds: 300 })).toBe(5)
    expect(placesOf(rules, { agents: 0, handleSeconds: 300 })).toBe(0)
  })
})
