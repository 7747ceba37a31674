import { describe, expect, it } from 'vitest'
import { figuresOf } from './figures.ts'
import { readyIn, spansOf } from './presence.ts'
import type { Outcome, Wait } from './traffic.ts'

const wait = (how: Wait['how'], waitedMs: number, targetMs: number | null = 20_000): Wait => ({
  queueId: 'q',
  how,
  waitedMs,
  targetMs,
  late: targetMs !== null && waitedMs > targetMs
})
const outcome = (more: Partial<Outcome>): Outcome => ({
  waits: [],
  work: new Map(),
  ready: new Map(),
  staff: () => [],
  ...more
})

describe('the figures', () => {
  it('of nothing are nothing', () => {
    expect(figuresOf(outcome({}))).toEqual({
      arrivals: 0,
      answered: 0,
      abandoned: 0,
      serviceLevel: null,
      waitAverageS: 0,
      waitP90S: 0,
      waitLongestS: 0,
      occupancy: 0
    })
  })

  it('do not count who gave up before the target, and count who waited past it', () => {
    const waits = [
      wait('answered', 5000),
      wait('left', 10_000),
      wait('left', 30_000),
      wait('waiting', 40_000)
    ]
    expect(figuresOf(outcome({ waits })).serviceLevel).toBeCloseTo(1 / 3)
    expect(figuresOf(outcome({ waits: [wait('answered', 5000, null)] })).serviceLevel).toBeNull()
  })

  it('take the nearest rank for the nine of ten', () => {
    const waits = Array.from({ length: 10 }, (_, i) => wait('answered', (i + 1) * 1000))
    expect(figuresOf(outcome({ waits }))).toMatchObject({ waitAverageS: 5.5, waitP90S: 9, waitLongestS: 10 })
  })

  it('count overlapping work once, and only while somebody was ready', () => {
    const ready = new Map([
      ['x', [{ from: 0, to: 100 }]],
      ['y', [{ from: 50, to: 100 }]]
    ])
    const work = new Map([
      [
        'x',
        [
          { from: 40, to: 60 },
          { from: 10, to: 50 },
          { from: 90, to: 120 }
        ]
      ],
      ['y', [{ from: 0, to: 60 }]]
    ])
    expect(figuresOf(outcome({ ready, work })).occupancy).toBeCloseTo((60 + 10) / 150)
    expect(figuresOf(outcome({ ready, work, staff: () => ['y'] }), 'q').occupancy).toBeCloseTo(10 / 50)
  })
})

describe('presence', () => {
  it('has no gap from the beginning to the end of the period', () => {
    const spans = spansOf(
      [
        { at: 10, state: 'ready', from: 'offline' },
        { at: 30, state: 'paused', from: 'ready' },
        { at: 30, state: 'ready', from: 'paused' }
      ],
      'offline',
      { from: 0, to: 100 }
    )
    expect(spans).toEqual([
      { state: 'offline', from: 0, to: 10 },
      { state: 'ready', from: 10, to: 30 },
      { state: 'ready', from: 30, to: 100 }
    ])
    expect(readyIn(spans)).toEqual([
      { from: 10, to: 30 },
      { from: 30, to: 100 }
    ])
    expect(spansOf([], 'ready', { from: 0, to: 5 })).toEqual([{ state: 'ready', from: 0, to: 5 }])
  })
})
