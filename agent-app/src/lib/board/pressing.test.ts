import { describe, expect, it } from 'vitest'
import type { BoardCell } from '@palabre/config/contract/board'
import { byMedium, mayBeMore, pressingOf } from './pressing.ts'

const now = Date.parse('2026-03-10T12:00:00Z')
const iso = (at: number) => new Date(now + at).toISOString()
const due = (id: string, waited: number, left: number) => ({
  interactionId: id,
  queuedAt: iso(-waited),
  dueAt: iso(left)
})
const cell = (medium: BoardCell['medium'], ...waiting: BoardCell['due']): BoardCell => ({
  queueId: 'q',
  accountId: 'a',
  channel: medium,
  medium,
  waiting: waiting.length,
  offered: 0,
  active: 0,
  wrapUp: 0,
  oldestQueuedAt: null,
  due: waiting,
  wrapUpIds: []
})

describe('what is about to break', () => {
  const cells = [
    cell('chat', due('calm', 10, 90), due('soon', 90, 10)),
    cell('email', due('late', 200, -50), due('later', 100, 0))
  ]
  it('is what is late or has used most of its time, the most urgent first, whatever the queue', () => {
    const found = pressingOf(cells, now)
    expect(found.map(({ interactionId, risk }) => [interactionId, risk])).toEqual([
      ['late', 'late'],
      ['later', 'late'],
      ['soon', 'atRisk']
    ])
    expect(byMedium(found)).toEqual([
      { medium: 'email', count: 2 },
      { medium: 'chat', count: 1 }
    ])
  })

  it('may be more than a cell tells of only when all that it tells of presses', () => {
    const many = Array.from({ length: 50 }, (_, n) => due(String(n), 100, -1))
    expect(mayBeMore(cells, now)).toBe(false)
    expect(mayBeMore([cell('chat', ...many)], now)).toBe(true)
    expect(mayBeMore([cell('chat', ...many.slice(1), due('calm', 1, 1000))], now)).toBe(false)
  })
})
