import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, it } from 'vitest'
import { hoursReader, isTimeZone, momentAt, nextWithin } from './hours.ts'

const everyDay = [1, 2, 3, 4, 5, 6, 7]
const office = { from: 9 * 60, to: 18 * 60, days: [1, 2, 3, 4, 5] }
const zones = [
  'UTC',
  'Africa/Dakar',
  'Europe/Paris',
  'America/New_York',
  'Asia/Kathmandu',
  'Australia/Lord_Howe'
]
const wall = (at: number, timeZone: string) =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone)

describe('sending hours', () => {
  it('are those of the recipient’s clocks, in every zone and at every change of clocks', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) }),
        fc.constantFrom(...zones),
        fc.integer({ min: 0, max: 1380 }),
        fc.integer({ min: 30, max: 600 }),
        (now, zone, from, length) => {
          const hours = { from, to: Math.min(1440, from + length), days: everyDay }
          const at = nextWithin(hours, zone, now)
          expect(at).toBeGreaterThanOrEqual(now)
          const clock = wall(at, zone)
          const minutes = clock.hour * 60 + clock.minute
          // A start that clocks skip is moved forward by what they skip, an hour at most.
          expect(minutes).toBeGreaterThanOrEqual(hours.from)
          expect(minutes).toBeLessThan(hours.to + 60)
          expect(at - now).toBeLessThan(2 * 86_400_000)
        }
      )
    )
  })

  it('wait over the week-end', () => {
    const saturday = Date.parse('2026-11-21T10:00:00Z')
    expect(new Date(nextWithin(office, 'Africa/Dakar', saturday)).toISOString()).toBe(
      '2026-11-23T09:00:00.000Z'
    )
  })

  it('hold their start and not their end', () => {
    expect(nextWithin(office, 'UTC', Date.parse('2026-11-23T09:00:00Z'))).toBe(
      Date.parse('2026-11-23T09:00:00Z')
    )
    expect(nextWithin(office, 'UTC', Date.parse('2026-11-23T18:00:00Z'))).toBe(
      Date.parse('2026-11-24T09:00:00Z')
    )
  })

  it('are always, where there are none', () => {
    expect(hoursReader(null, 5)('UTC')).toBe(5)
  })
})

describe('a local time', () => {
  it.each([
    ['2026-03-29T02:30', 'Europe/Paris', '2026-03-29T01:30:00.000Z'],
    ['2026-10-25T02:30', 'Europe/Paris', '2026-10-25T00:30:00.000Z'],
    ['2026-07-01T08:00', 'Europe/Paris', '2026-07-01T06:00:00.000Z'],
    ['2026-07-01T08:00', 'Africa/Dakar', '2026-07-01T08:00:00.000Z']
  ])('%s in %s is one moment', (local, zone, at) => {
    expect(momentAt(local, zone).toISOString()).toBe(at)
  })

  it('has a zone that exists', () => {
    expect(['Europe/Paris', 'Mars/Olympus', ''].map(isTimeZone)).toEqual([true, false, false])
  })
})
