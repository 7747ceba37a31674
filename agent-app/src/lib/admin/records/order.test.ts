import { describe, expect, it } from 'vitest'
import { moved } from './order.ts'

const list = (...orders: number[]) => orders.map((order, n) => ({ id: 'abcdefgh'[n] ?? '', order }))
const after = (before: { id: string; order: number }[], changes: { id: string; order: number }[]) =>
  before
    .map((one) => changes.find(({ id }) => id === one.id) ?? one)
    .sort((a, b) => a.order - b.order)
    .map(({ id }) => id)
    .join('')

describe('moving a record in its list', () => {
  it('changes only the one that is moved while there is room', () => {
    const start = list(10, 20, 30)
    expect(moved(start, 'c', 1)).toEqual([{ id: 'c', order: 15 }])
    expect(after(start, moved(start, 'a', 2))).toBe('bca')
    expect(moved(start, 'a', 2)).toHaveLength(1)
  })
  it('numbers the list anew when there is none', () => {
    const start = list(0, 1, 2, 3)
    for (const [id, to, wanted] of [
      ['d', 0, 'dabc'],
      ['a', 1, 'bacd'],
      ['b', 3, 'acdb']
    ] as const)
      expect(after(start, moved(start, id, to))).toBe(wanted)
  })
  it('does nothing beyond the ends', () => {
    expect(moved(list(1, 2), 'a', -1)).toEqual([])
    expect(moved(list(1, 2), 'b', 2)).toEqual([])
  })
})
