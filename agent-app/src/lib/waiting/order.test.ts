import { describe, expect, it } from 'vitest'
import { inOrder, placeOf, urgencyOf } from './order.ts'

const now = Date.parse('2026-11-23T10:00:00Z')
const ago = (seconds: number) => new Date(now - seconds * 1000).toISOString()
const item = (
  id: string,
  waited: number,
  { priority = 0, target }: { priority?: number; target?: number } = {}
) => ({
  id,
  queueId: 'q',
  queuedAt: ago(waited),
  dueAt: target === undefined ? null : ago(waited - target),
  priority
})
type Item = ReturnType<typeof item>
const first = { order: 'first-in' as const, targets: [{ medium: 'chat' as const, seconds: 600 }] }
const deadline = { ...first, order: 'deadline-first' as const }
const idsOf = (items: Item[], queue: typeof first | typeof deadline) =>
  inOrder(items as never, () => queue, now).map(({ id }) => id)

describe('the order of a queue', () => {
  it('puts who waits longer first, and a point of priority counts as a minute', () => {
    expect(idsOf([item('short', 30), item('long', 90)], first)).toEqual(['long', 'short'])
    expect(idsOf([item('long', 90), item('raised', 30, { priority: 2 })], first)).toEqual(['raised', 'long'])
    expect(idsOf([item('long', 200), item('raised', 30, { priority: 2 })], first)).toEqual(['long', 'raised'])
  })

  it('lifts what is near its target, and more so what has missed it', () => {
    expect(
      [40, 50, 79, 80, 99, 100, 500].map((waited) => urgencyOf(item('a', waited, { target: 100 }), now))
    ).toEqual([0, 2, 2, 6, 6, 10, 10])
    expect(idsOf([item('calm', 120), item('urgent', 100, { target: 100 })], first)).toEqual([
      'urgent',
      'calm'
    ])
  })

  it('goes by the deadline where the queue says so', () => {
    const items = [item('mail', 300, { target: 600 }), item('chat', 10, { target: 30 })]
    expect(idsOf(items, first)).toEqual(['mail', 'chat'])
    expect(idsOf(items, deadline)).toEqual(['chat', 'mail'])
  })

  it('stands still for two of the same place', () => {
    expect(placeOf(item('a', 10), first, now)).toBe(placeOf(item('b', 10), first, now))
    expect(idsOf([item('b', 10), item('a', 10)], first)).toEqual(['a', 'b'])
  })
})
