import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { placeOf as placeByCore, urgencyOf as urgencyByCore } from '@palabre/hub/routing/core/order'
import { placeOf, urgencyOf } from '../../agent-app/src/lib/waiting/order.ts'

const now = Date.parse('2026-11-23T10:00:00Z')
const seconds = (most: number) => fc.integer({ min: 0, max: most })

describe('the order in which the app lists who waits', () => {
  it('is the order of the routing core', () => {
    const cases = fc.record({
      waited: seconds(200_000),
      target: fc.option(seconds(100_000), { nil: null }),
      priority: seconds(10_000),
      targets: fc.array(seconds(100_000), { maxLength: 4 }),
      order: fc.constantFrom('first-in' as const, 'deadline-first' as const)
    })
    fc.assert(
      fc.property(cases, ({ waited, target, priority, targets, order }) => {
        const queuedAt = now - waited * 1000
        const dueAt = target === null ? null : queuedAt + target * 1000
        const shown = {
          queuedAt: new Date(queuedAt).toISOString(),
          dueAt: dueAt === null ? null : new Date(dueAt).toISOString(),
          priority
        }
        const horizonMs = Math.max(0, ...targets.map((one) => one * 1000))
        expect(urgencyOf(shown, now)).toBe(urgencyByCore({ queuedAt, dueAt }, now))
        expect(
          placeOf(
            shown,
            { order, targets: targets.map((one) => ({ medium: 'chat' as const, seconds: one })) },
            now
          )
        ).toBe(placeByCore({ queuedAt, dueAt, priority }, { order, horizonMs }, now))
      }),
      { numRuns: 2000 }
    )
  })
})
