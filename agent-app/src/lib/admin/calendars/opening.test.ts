import { describe, expect, it } from 'vitest'
import { nextClockChange, nextDays, offsetOf, stateAt } from './opening.ts'

const office = [
  { from: 480, to: 720 },
  { from: 840, to: 1080 }
]
const paris = {
  timeZone: 'Europe/Paris',
  week: [office, office, office, office, office, [], []],
  holidays: [{ day: '2026-12-25', name: 'Noël', intervals: [] }]
}
const at = (text: string) => Date.parse(text)

describe('opening hours in the form', () => {
  it('says until when it is open, and when it opens next', () => {
    expect(stateAt(paris, at('2026-11-23T08:00:00Z'))).toEqual({
      open: true,
      until: at('2026-11-23T11:00:00Z')
    })
    expect(stateAt(paris, at('2026-11-23T11:30:00Z'))).toEqual({
      open: false,
      until: at('2026-11-23T13:00:00Z')
    })
  })
  it('looks past a weekend and a holiday', () => {
    expect(stateAt(paris, at('2026-12-24T17:30:00Z'))).toEqual({
      open: false,
      until: at('2026-12-28T07:00:00Z')
    })
  })
  it('takes hours that meet at midnight as one', () => {
    const night = { ...paris, week: [[{ from: 1200, to: 1440 }], [{ from: 0, to: 120 }], [], [], [], [], []] }
    expect(stateAt(night, at('2026-11-23T20:00:00Z')).until).toBe(at('2026-11-24T01:00:00Z'))
  })
  it('knows around the clock, and never', () => {
    const always = {
      timeZone: 'UTC',
      week: Array.from({ length: 7 }, () => [{ from: 0, to: 1440 }]),
      holidays: []
    }
    expect(stateAt(always, at('2026-11-23T20:00:00Z'))).toEqual({ open: true, until: null })
    expect(stateAt({ ...always, week: always.week.map(() => []) }, 0)).toEqual({ open: false, until: null })
  })
  it('keeps to the clock on the wall over both changes of the clocks', () => {
    const starts = (from: string) =>
      nextDays(paris, at(from), 4).flatMap(({ intervals }) => intervals.map(({ start }) => start))
    expect(starts('2027-03-26T00:00:00Z')).toEqual([
      at('2027-03-26T07:00:00Z'),
      at('2027-03-26T13:00:00Z'),
      at('2027-03-29T06:00:00Z'),
      at('2027-03-29T12:00:00Z')
    ])
  })
  it('finds the next change of the clocks, where there is one', () => {
    expect(nextClockChange('Europe/Paris', at('2026-11-23T00:00:00Z'))).toEqual({
      at: at('2027-03-28T01:00:00Z'),
      forward: true
    })
    expect(nextClockChange('Africa/Dakar', at('2026-11-23T00:00:00Z'))).toBeNull()
  })
  it('writes offsets, half hours too', () => {
    expect(offsetOf('Asia/Kolkata', 0)).toBe('UTC+5:30')
    expect(offsetOf('America/New_York', at('2026-11-23T00:00:00Z'))).toBe('UTC−5')
  })
})
