import type { Hub } from '../hub.ts'
import { overflowInteraction } from '../interactions/overflow.ts'
import { catalogOf } from '../settings/catalog.ts'
import { overflowDue } from './core/overflow.ts'
import type { Partition } from './partition.ts'
import type { Paces } from './paces.ts'
import { sightOf, waitingByQueue } from './sight.ts'

/** So many are moved in one look; the next tick goes on. */
const mostAtOnce = 200

/** Looks which rules of overflow are due for what waits, and does what they say. */
export async function runOverflow(hub: Hub, partitions: readonly Partition[], paces: Paces): Promise<void> {
  const catalog = await catalogOf(hub)
  const now = new Date()
  let left = mostAtOnce
  for (const [queueId, items] of waitingByQueue(partitions)) {
    const rules = catalog.queue(queueId)?.overflow ?? []
    if (rules.length === 0) continue
    const sight = await sightOf(hub, queueId, items.length, paces, now)
    // The youngest go first where the queue is too long: those who waited keep their places.
    const youngest = [...items].sort((a, b) => b.queuedAt - a.queuedAt)
    for (const item of youngest) {
      const rule = overflowDue(item, rules, sight, now.getTime())
      if (!rule || left === 0) continue
      left--
      const moved = await overflowInteraction(hub, item.id, queueId, rule)
      if (moved && rule.then.kind === 'queue') sight.waiting--
    }
  }
}
