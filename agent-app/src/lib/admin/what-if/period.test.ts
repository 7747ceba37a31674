import { describe, expect, it } from 'vitest'
import { faultOf, fieldText, momentsOf, periods, type Period } from './period.ts'

const now = new Date(2026, 10, 23, 15, 30).getTime()
const own = (from: string, to: string): Period => ({ name: 'own', from, to })

describe('a period', () => {
  it('by name can always be replayed', () => {
    for (const name of periods.filter((one) => one !== 'own'))
      expect(faultOf({ name, from: '', to: '' }, now)).toBeNull()
    expect(momentsOf({ name: 'yesterday', from: '', to: '' }, now)).toEqual({
      from: new Date(2026, 10, 22),
      to: new Date(2026, 10, 23)
    })
  })

  it('says what is wrong with it', () => {
    expect(faultOf(own('', '2026-11-20T10:00'), now)).toEqual({ field: 'from', why: 'time-missing' })
    expect(faultOf(own('2026-11-20T10:00', ''), now)).toEqual({ field: 'to', why: 'time-missing' })
    expect(faultOf(own('2026-11-20T10:00', '2026-11-20T10:00'), now)?.why).toBe('to-early')
    expect(faultOf(own('2026-11-24T10:00', '2026-11-25T10:00'), now)?.why).toBe('from-late')
    expect(faultOf(own('2026-10-20T10:00', '2026-11-21T10:00'), now)?.why).toBe('too-long')
    expect(faultOf(own('2026-11-20T10:00', '2026-11-20T11:00'), now)).toBeNull()
  })

  it('is written into fields in the zone of the reader', () => {
    expect(fieldText(new Date(2026, 10, 3, 7, 5))).toBe('2026-11-03T07:05')
  })
})
