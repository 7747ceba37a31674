import { describe, expect, it } from 'vitest'
import { daysOf, showsAs } from './days.ts'

const slot = (from: Date) => ({
  from: from.toISOString(),
  to: new Date(from.getTime() + 1_800_000).toISOString()
})

describe('days of slots', () => {
  it('are those of the visitor’s own clocks, in order', () => {
    const [evening, night, later] = [
      new Date(2026, 10, 23, 23, 30),
      new Date(2026, 10, 24, 0, 0),
      new Date(2026, 10, 24, 9, 0)
    ].map(slot) as [ReturnType<typeof slot>, ReturnType<typeof slot>, ReturnType<typeof slot>]
    const days = daysOf([evening, night, later])
    expect(days.map(({ slots }) => slots)).toEqual([[evening], [night, later]])
    expect(daysOf([])).toEqual([])
  })
})

describe('another zone', () => {
  it('shows the same when its clocks do at that moment, whatever it is called', () => {
    const at = new Date(2026, 10, 23, 12, 0)
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
    expect(showsAs(at, timeZone)).toBe(true)
    expect(showsAs(at, 'Pacific/Kiritimati')).toBe(false)
    expect(showsAs(at, 'Nowhere/At_All')).toBe(false)
  })
})
