import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { OverflowCause, OverflowRule } from '@palabre/config/contract/routing'
import { overflowCircle, overflowDue, ruleKey, type QueueSight } from './overflow.ts'
import type { WaitingItem } from './picture.ts'

const now = Date.parse('2026-11-23T10:00:00Z')
const item: WaitingItem = {
  id: 'i',
  version: 1,
  logged: 1,
  queueId: 'q0',
  medium: 'chat',
  priority: 0,
  requirements: [],
  queuedAt: now - 60_000,
  dueAt: null,
  sticky: null,
  preferredIds: [],
  forbiddenIds: [],
  overflowed: [],
  passedOver: []
}
const calm: QueueSight = { waiting: 1, estimateSeconds: 10, open: true, present: 3 }
const rule = (when: OverflowCause, media: OverflowRule['media'] = []): OverflowRule => ({
  media,
  when,
  then: { kind: 'suggest', what: 'callback' }
})
const isDue = (when: OverflowCause, sight: Partial<QueueSight> = {}) =>
  overflowDue(item, [rule(when)], { ...calm, ...sight }, now) !== null

describe('a rule of overflow is due', () => {
  it('from the second on that was said, counted from the start of the wait', () => {
    expect(isDue({ kind: 'waited', seconds: 60 })).toBe(true)
    expect(isDue({ kind: 'waited', seconds: 61 })).toBe(false)
  })
  it('when more wait than was said', () => {
    expect(isDue({ kind: 'length', over: 5 }, { waiting: 5 })).toBe(false)
    expect(isDue({ kind: 'length', over: 5 }, { waiting: 6 })).toBe(true)
  })
  it('when the estimate reaches what was said, and never on an estimate that is not known', () => {
    expect(isDue({ kind: 'estimate', seconds: 10 })).toBe(true)
    expect(isDue({ kind: 'estimate', seconds: 11 })).toBe(false)
    expect(isDue({ kind: 'estimate', seconds: 1 }, { estimateSeconds: null })).toBe(false)
  })
  it('when the queue is closed, or nobody is there', () => {
    expect([true, false].map((open) => isDue({ kind: 'closed' }, { open }))).toEqual([false, true])
    expect([1, 0].map((present) => isDue({ kind: 'nobody' }, { present }))).toEqual([false, true])
  })
  it('for the media that it names, once for each item, the first of the list first', () => {
    const closed = { ...calm, open: false }
    const forMail = rule({ kind: 'closed' }, ['email'])
    const forChat = rule({ kind: 'closed' }, ['voice', 'chat'])
    const forAll = rule({ kind: 'closed' })
    const rules = [forMail, forChat, forAll]
    expect(overflowDue(item, rules, closed, now)).toBe(forChat)
    const once = { ...item, overflowed: [ruleKey('q0', forChat)] }
    expect(overflowDue(once, rules, closed, now)).toBe(forAll)
    const twice = { ...item, overflowed: [ruleKey('q0', forChat), ruleKey('q0', forAll)] }
    expect(overflowDue(twice, rules, closed, now)).toBeNull()
    expect(overflowDue({ ...twice, queueId: 'q1' }, rules, closed, now)).toBe(forChat)
  })
})

describe('queues that lead into others', () => {
  const queueArb = fc.integer({ min: 0, max: 5 })
  const linksArb = fc.array(fc.tuple(queueArb, queueArb), { maxLength: 9 })
  const queuesOf = (links: readonly (readonly [number, number])[]) =>
    [0, 1, 2, 3, 4, 5].map((id) => ({
      id: String(id),
      overflow: links
        .filter(([from]) => from === id)
        .map(([, to]): OverflowRule => ({
          media: [],
          when: { kind: 'closed' },
          then: { kind: 'queue', queueId: String(to) }
        }))
    }))

  it('are refused when a way leads back, and the circle that is named is one', () =>
    fc.assert(
      fc.property(linksArb, (links) => {
        // Whoever is reached in any number of steps; a circle is there when somebody reaches themselves.
        const reach = new Set(links.map(([from, to]) => `${String(from)}${String(to)}`))
        for (const mid of '012345')
          for (const from of '012345')
            for (const to of '012345') if (reach.has(from + mid) && reach.has(mid + to)) reach.add(from + to)
        const isCircular = [...'012345'].some((id) => reach.has(id + id))
        const circle = overflowCircle(queuesOf(links))
        expect(circle !== null).toBe(isCircular)
        circle?.forEach((id, i) => {
          const next = circle[(i + 1) % circle.length]!
          expect(links.map(([from, to]) => `${String(from)}${String(to)}`)).toContain(id + next)
        })
      }),
      { numRuns: 1000 }
    ))

  it('may meet again in one queue, and may lead to one that is not there', () => {
    expect(
      overflowCircle(
        queuesOf([
          [0, 1],
          [0, 2],
          [1, 3],
          [2, 3],
          [3, 9]
        ])
      )
    ).toBeNull()
  })
})
