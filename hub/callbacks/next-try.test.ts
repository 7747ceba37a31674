import { describe, expect, it } from 'vitest'
import { minutesIn } from '../calls/local-time.ts'
import { nextTry } from './next-try.ts'

const retries = {
  attempts: 3,
  gap: { noAnswer: 30, busy: 10, machine: 120 },
  hours: { from: 9 * 60, to: 20 * 60 },
  dispositionId: null
}
const anyTime = { minutesAt: () => [12 * 60], opensAt: (moment: Date) => moment }
const now = new Date('2026-11-24T18:50:00Z')

describe('the next attempt', () => {
  it('comes after the gap of its cause', () => {
    const after = (cause: Parameters<typeof nextTry>[1]) =>
      (nextTry(retries, cause, now, anyTime)!.getTime() - now.getTime()) / 60_000
    expect(
      ['noAnswer', 'unreachable', 'failed', 'busy', 'declined', 'hungUp', 'machine'].map((one) =>
        after(one as never)
      )
    ).toEqual([30, 30, 30, 10, 10, 10, 120])
  })

  it('waits for the hours where the customer is, in every time that their country has', () => {
    const at = (country: string) =>
      nextTry(retries, 'machine', now, {
        minutesAt: (moment) => minutesIn(country, moment),
        opensAt: (moment: Date) => moment
      })
    // 20:50 in Dakar: tomorrow at nine.
    expect(at('SN')?.toISOString()).toBe('2026-11-25T09:00:00.000Z')
    // From nine in Honolulu until twenty in New York is 19:00 to 01:00 UTC.
    expect(at('US')?.toISOString()).toBe('2026-11-24T20:50:00.000Z')
    expect(
      nextTry(retries, 'machine', new Date('2026-11-25T00:30:00Z'), {
        minutesAt: (moment) => minutesIn('US', moment),
        opensAt: (moment: Date) => moment
      })?.toISOString()
    ).toBe('2026-11-25T19:00:00.000Z')
  })

  it('waits for the queue to work; what never fits is never tried', () => {
    const opens = new Date('2026-11-26T08:00:00Z')
    expect(
      nextTry(retries, 'busy', now, {
        ...anyTime,
        opensAt: (moment) => (moment >= opens ? moment : opens)
      })?.toISOString()
    ).toBe('2026-11-26T08:00:00.000Z')
    expect(nextTry(retries, 'busy', now, { ...anyTime, opensAt: () => null })).toBeNull()
  })
})
