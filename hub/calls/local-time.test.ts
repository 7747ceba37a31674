import { describe, expect, it } from 'vitest'
import { clockText, minutesIn } from './local-time.ts'

const noon = new Date('2026-07-01T12:00:00Z')

describe('the time where somebody lives', () => {
  it('is that of the country, with its summer time', () => {
    expect(minutesIn('SN', noon).map(clockText)).toEqual(['12:00'])
    expect(minutesIn('FR', noon).map(clockText)).toEqual(['14:00'])
    expect(minutesIn('FR', new Date('2026-01-01T12:00:00Z')).map(clockText)).toEqual(['13:00'])
  })

  it('is several where a country has several, each once', () => {
    const times = minutesIn('US', noon).map(clockText)
    expect(times).toContain('08:00')
    expect(times).toContain('02:00')
    expect(new Set(times).size).toBe(times.length)
  })

  it('is not known without a country, or of one that is none', () => {
    expect(minutesIn(null, noon)).toEqual([])
    expect(minutesIn('ZZ', noon)).toEqual([])
  })
})
