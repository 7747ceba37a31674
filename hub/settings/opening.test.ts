import { describe, expect, it } from 'vitest'
import type { Calendar } from '@palabre/config/contract/setting'
import { isOpen, opensAt } from './opening.ts'

const office = [
  { from: 8 * 60, to: 12 * 60 },
  { from: 14 * 60, to: 18 * 60 }
]
const paris = {
  timeZone: 'Europe/Paris',
  week: [office, office, office, office, office, [], []],
  holidays: [{ day: '2026-12-25', name: 'Noël', intervals: [] }]
} as unknown as Calendar

describe('opening hours', () => {
  it('is open within an interval, at its start, and not at its end', () => {
    expect(isOpen(paris, new Date('2026-11-23T07:00:00Z'))).toBe(true)
    expect(isOpen(paris, new Date('2026-11-23T11:00:00Z'))).toBe(false)
    expect(isOpen(paris, new Date('2026-11-23T06:59:59Z'))).toBe(false)
  })
  it('is closed at the weekend and opens again on Monday', () => {
    expect(isOpen(paris, new Date('2026-11-21T10:00:00Z'))).toBe(false)
    expect(opensAt(paris, new Date('2026-11-21T10:00:00Z'))?.toISOString()).toBe('2026-11-23T07:00:00.000Z')
  })
  it('knows the break at noon', () =>
    expect(opensAt(paris, new Date('2026-11-23T11:30:00Z'))?.toISOString()).toBe('2026-11-23T13:00:00.000Z'))
  it('is closed on a holiday', () => expect(isOpen(paris, new Date('2026-12-25T09:00:00Z'))).toBe(false))
  it('keeps wall time over the end of summer time', () => {
    expect(isOpen(paris, new Date('2026-10-23T06:30:00Z'))).toBe(true)
    expect(isOpen(paris, new Date('2026-10-26T06:30:00Z'))).toBe(false)
    expect(isOpen(paris, new Date('2026-10-26T07:30:00Z'))).toBe(true)
  })
  it('never opens with an empty week', () =>
    expect(opensAt({ ...paris, week: [[], [], [], [], [], [], []], holidays: [] }, new Date())).toBeNull())
  it('is always open without a calendar', () => expect(isOpen(undefined, new Date())).toBe(true))
})
