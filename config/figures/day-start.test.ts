import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dayStart } from './day-start.ts'

const zones = [
  'UTC',
  'Europe/Paris',
  'Africa/Dakar',
  'America/New_York',
  'America/Santiago',
  'Africa/Cairo',
  'Asia/Beirut',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
  'Pacific/Apia'
]
const local = (zone: string, at: number) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }).format(at)
const dateOf = (zone: string, at: number) => local(zone, at).slice(0, 10)
const moment = fc.integer({
  min: Date.parse('2015-01-01T00:00:00Z'),
  max: Date.parse('2030-01-01T00:00:00Z')
})

describe('the beginning of a day', () => {
  it('is in the same day, and the moment before it is not', () => {
    fc.assert(
      fc.property(fc.constantFrom(...zones), moment, (zone, now) => {
        const start = dayStart(zone, now)
        expect(start).toBeLessThanOrEqual(now)
        expect(now - start).toBeLessThan(25 * 3_600_000)
        expect(dateOf(zone, start)).toBe(dateOf(zone, now))
        expect(dateOf(zone, start - 1)).not.toBe(dateOf(zone, now))
      })
    )
  })

  it('is midnight on days of 23 and of 25 hours', () => {
    const at = (text: string) => dayStart('Europe/Paris', Date.parse(text))
    expect(at('2026-03-29T21:00:00Z')).toBe(Date.parse('2026-03-28T23:00:00Z'))
    expect(at('2026-10-25T22:00:00Z')).toBe(Date.parse('2026-10-24T22:00:00Z'))
  })

  it('is one o’clock where clocks leave midnight out', () => {
    const start = dayStart('America/Santiago', Date.parse('2026-09-06T15:00:00Z'))
    expect(local('America/Santiago', start)).toBe('2026-09-06 01:00:00')
  })

  it('refuses a zone that does not exist', () => {
    expect(() => dayStart('Mars/Olympus', 0)).toThrow(RangeError)
  })
})
