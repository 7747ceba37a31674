import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openPace } from './pace.ts'

const now = Date.parse('2026-11-23T10:00:00Z')
const minute = 60_000

describe('the pace of a queue', () => {
  it('tells nothing before it has seen enough', () => {
    const pace = openPace()
    expect(pace.estimate(1, now)).toBeNull()
    pace.answered('a', now - 2000)
    pace.answered('b', now - 1000)
    pace.finished('a', now)
    expect(pace.estimate(1, now)).toBeNull()
  })

  it('reckons with the mean handling time, shared by those who are busy', () => {
    const pace = openPace()
    for (const id of ['a', 'b', 'c']) {
      pace.answered(id, now - 10 * minute)
      pace.finished(id, now - 8 * minute)
    }
    for (const id of ['d', 'e', 'f', 'g']) pace.answered(id, now)
    expect(pace.estimate(1, now)).toBe(30)
    expect(pace.estimate(4, now)).toBe(120)
    expect(pace.estimate(10, now)).toBe(300)
  })

  it('goes by the last quarter of an hour where no handling is known, and forgets what is older', () => {
    const pace = openPace()
    for (const at of [1, 2, 3, 4, 5]) pace.answered(String(at), now - at * minute)
    expect(pace.estimate(2, now)).toBe(360)
    expect(pace.estimate(2, now + 11 * minute)).toBe(600)
    expect(pace.estimate(2, now + 12 * minute)).toBeNull()
  })

  it('learns from what was finished before it looked', () => {
    const pace = openPace()
    for (let i = 0; i < 3; i++) pace.remember(now - 5 * minute, 4 * minute)
    expect(pace.estimate(1, now)).toBe(300)
    pace.answered('a', now)
    expect(pace.estimate(1, now)).toBe(240)
  })

  it('counts nothing twice: neither an answer nor an end that is told again, nor an end of what it never saw', () => {
    const pace = openPace()
    for (const id of ['a', 'b', 'c', 'c']) pace.answered(id, now - minute)
    for (const id of ['a', 'a', 'b', 'unknown']) pace.finished(id, now)
    expect(pace.estimate(3, now)).toBe(900)
  })

  it('moves with the handling times, and is no further than they are', () =>
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 3600 }), { minLength: 3, maxLength: 60 }),
        fc.integer({ min: 1, max: 20 }),
        (seconds, busy) => {
          const pace = openPace()
          for (const one of seconds) pace.remember(now - one * 1000, one * 1000)
          for (let i = 0; i < busy; i++) pace.answered(String(i), now)
          const estimate = pace.estimate(busy, now) ?? 0
          expect(estimate).toBeGreaterThanOrEqual(Math.min(...seconds))
          expect(estimate).toBeLessThanOrEqual(Math.max(...seconds))
          expect(pace.estimate(2 * busy, now)).toBeGreaterThanOrEqual(estimate)
        }
      )
    ))
})
