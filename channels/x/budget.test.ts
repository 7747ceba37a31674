import { describe, expect, it } from 'vitest'
import { Budget } from './budget.ts'

const now = Date.parse('2026-11-20T10:00:00.400Z')
const seconds = (ahead: number) => String(Math.floor(now / 1000) + ahead)
const date = new Date(now).toUTCString()
const limited = (ms: number) => expect.objectContaining({ reason: 'rate-limited', retryAfterMs: ms }) as Error

describe('what X still allows', () => {
  it('is asked for as long as something is left', () => {
    const budget = new Budget()
    const headers = { 'x-rate-limit-remaining': '1', 'x-rate-limit-reset': seconds(900), date }
    expect(budget.note('GET a', 200, headers, now)).toBeNull()
    expect(() => budget.check('GET a', now)).not.toThrow()
  })

  it('is not asked for when nothing is left, until the moment that X says, by X’s clock', () => {
    const budget = new Budget()
    const theirs = new Date(now + 60_000).toUTCString()
    const headers = { 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': seconds(90), date: theirs }
    expect(budget.note('GET a', 200, headers, now)).toBe(30_000)
    expect(() => budget.check('GET a', now)).toThrow(limited(30_000))
    expect(() => budget.check('GET b', now)).not.toThrow()
    expect(() => budget.check('GET a', now + 29_999)).toThrow(limited(1))
    expect(() => budget.check('GET a', now + 30_000)).not.toThrow()
  })

  it('is bounded by the day as well', () => {
    const headers = {
      'x-rate-limit-remaining': '3',
      'x-rate-limit-reset': seconds(900),
      'x-user-limit-24hour-remaining': '0',
      'x-user-limit-24hour-reset': seconds(7200),
      date
    }
    expect(new Budget().note('POST a', 201, headers, now)).toBe(7_200_000)
  })

  it.each([
    ['with a reset', { 'x-rate-limit-reset': seconds(60), date }, 60_000],
    ['with a Retry-After', { 'retry-after': '9' }, 9000],
    ['that says nothing', {}, 60_000],
    ['with nonsense', { 'x-rate-limit-reset': '-1', 'x-rate-limit-remaining': 'x' }, 60_000],
    [
      'that would never end',
      { 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': '99999999999' },
      90_000_000
    ]
  ])('is waited for after a 429 %s', (_, headers, ms) => {
    expect(new Budget().note('GET a', 429, headers, now)).toBe(ms)
  })
})
