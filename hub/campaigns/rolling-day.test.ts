import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RollingDay, windowMs } from './rolling-day.ts'

const hour = 3_600_000

describe('people of a rolling day', () => {
  it('are counted once each, from any moment a day back', () => {
    const day = new RollingDay()
    day.enter('a', 0)
    day.enter('b', hour)
    day.enter('a', 2 * hour)
    expect(day.count(3 * hour)).toBe(2)
    expect(day.next(3 * hour)).toBe(hour + windowMs)
    // Midnight is nothing special: b leaves a day after it came, a after its last time.
    expect(day.count(hour + windowMs - 1)).toBe(2)
    expect(day.count(hour + windowMs)).toBe(1)
    expect(day.count(2 * hour + windowMs)).toBe(0)
    expect(day.next(2 * hour + windowMs)).toBeNull()
  })

  it('are as before when one did not leave after all', () => {
    const day = new RollingDay()
    day.enter('a', 0)
    day.enter('a', hour)
    day.remove('a', hour)
    expect(day.count(hour)).toBe(1)
    expect(day.next(hour)).toBe(windowMs)
    day.remove('a', 0)
    expect(day.count(hour)).toBe(0)
  })

  it('are those whom a plain count finds, whatever comes and goes', () => {
    const step = fc.record({
      address: fc.constantFrom('a', 'b', 'c', 'd'),
      after: fc.integer({ min: 0, max: 10 * hour }),
      stays: fc.boolean()
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const day = new RollingDay()
        let plain: { address: string; at: number }[] = []
        let now = 0
        for (const { address, after, stays } of steps) {
          now += after
          day.enter(address, now)
          if (stays) plain.push({ address, at: now })
          else day.remove(address, now)
          plain = plain.filter(({ at }) => at > now - windowMs)
          expect(day.count(now)).toBe(new Set(plain.map((one) => one.address)).size)
          // The next one falls out with the last of somebody's times, whoever is first.
          const lasts = [...new Map(plain.map((one) => [one.address, one.at])).values()]
          expect(day.next(now)).toBe(lasts.length === 0 ? null : Math.min(...lasts) + windowMs)
        }
      })
    )
  })
})
