import { describe, expect, it } from 'vitest'
import { figuresOf, noFigures, withRunning } from './figures.ts'

const from = Date.parse('2026-03-02T00:00:00Z')
const quarter = (slot: string, sums: Record<string, number>) => ({ slot, sums, version: 1 })

describe('figures of a day', () => {
  it('are sums of its quarters, and leave out what came before', () => {
    expect(
      figuresOf(
        [
          quarter('2026-03-01T23:45:00Z', { handled: 9, handledMs: 900_000, readyMs: 5 }),
          quarter('2026-03-02T00:00:00Z', { handled: 1, handledMs: 60_000, missed: 1 }),
          quarter('2026-03-02T09:15:00Z', { handled: 3, handledMs: 180_000, readyMs: 1000, pausedMs: 50 })
        ],
        from
      )
    ).toEqual({ handled: 4, ahtMs: 60_000, missed: 1, readyMs: 1000, pausedMs: 50 })
  })

  it('have no average where nothing was handled', () => {
    expect(figuresOf([quarter('2026-03-02T00:00:00Z', { missed: 2 })], from).ahtMs).toBeNull()
  })

  it('grow with the state that lasts, from midnight on at most', () => {
    const now = from + 60_000
    const since = '2026-03-01T20:00:00Z'
    expect(withRunning(noFigures, { state: 'ready', since }, from, now).readyMs).toBe(60_000)
    expect(withRunning(noFigures, { state: 'paused', since }, from, now).pausedMs).toBe(60_000)
    expect(withRunning(noFigures, { state: 'offline', since }, from, now)).toEqual(noFigures)
  })
})
