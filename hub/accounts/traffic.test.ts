import { describe, expect, it } from 'vitest'
import { lastHour, slotAt, type Slot } from './traffic.ts'

const noon = new Date('2026-11-23T12:00:00Z')
const after = (minutes: number) => new Date(noon.getTime() + minutes * 60_000)

describe('sends of the last hour', () => {
  it('are counted in slots of five minutes, in a ring that an hour never laps', () => {
    expect(slotAt(after(4)).from).toEqual(noon)
    expect(slotAt(after(4)).place).toBe(slotAt(noon).place)
    const places = Array.from({ length: 13 }, (_, i) => slotAt(after(i * 5)).place)
    expect(new Set(places).size).toBe(13)
    expect(slotAt(after(65)).place).toBe(slotAt(noon).place)
  })

  it('slide: what an hour ago ended counts no more, without anything being written', () => {
    const traffic: Record<string, Slot> = {}
    for (const minutes of [0, 30, 60]) {
      const { place, from } = slotAt(after(minutes))
      traffic[place] = { from, sent: 1, failed: 0 }
    }
    const minutesOf = (now: Date) => lastHour(traffic, now).map(({ from }) => (+from - +noon) / 60_000)
    expect(minutesOf(after(61))).toEqual([0, 30, 60])
    expect(minutesOf(after(66))).toEqual([30, 60])
    expect(minutesOf(after(200))).toEqual([])
  })
})
