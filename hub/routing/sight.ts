import type { Medium, Requirement } from '@palabre/config/contract/routing'
import { capacityOf } from '../agents/capacity.ts'
import { floorOf, type FloorAgent } from '../agents/floor.ts'
import { queuesOf } from '../agents/loans.ts'
import type { Hub } from '../hub.ts'
import { catalogOf, type Catalog } from '../settings/catalog.ts'
import { isOpen } from '../settings/opening.ts'
import { hasRoom } from './core/capacity.ts'
import type { QueueSight } from './core/overflow.ts'
import type { WaitingItem } from './core/picture.ts'
import { meetsAll } from './core/requirement.ts'
import type { Partition } from './partition.ts'
import type { Paces } from './paces.ts'

/** All that waits in the partitions, by queue. */
export function waitingByQueue(partitions: readonly Partition[]): Map<string, WaitingItem[]> {
  const byQueue = new Map<string, WaitingItem[]>()
  for (const { waiting } of partitions)
    for (const item of waiting.values()) {
      const list = byQueue.get(item.queueId)
      if (list) list.push(item)
      else byQueue.set(item.queueId, [item])
    }
  return byQueue
}

const works = (catalog: Catalog, agent: FloorAgent, queueId: string) => queuesOf(catalog, agent).has(queueId)

/** Could the agent take something of the queue now: has its skills, and room for a medium that is worked at all? */
export function couldWork(
  catalog: Catalog,
  agent: FloorAgent,
  queue: { id: string; requirements: readonly Requirement[] }
): boolean {
  if (agent.archived || agent.presence.state !== 'ready' || !works(catalog, agent, queue.id)) return false
  const rules = capacityOf(catalog, agent)
  return (
    meetsAll(agent, queue.requirements) &&
    (Object.keys(rules.places) as Medium[]).some((medium) => hasRoom(rules, agent.holds, medium))
  )
}

/** What the rules of overflow see of a queue. */
export async function sightOf(
  hub: Hub,
  queueId: string,
  waiting: number,
  paces: Paces,
  now: Date
): Promise<QueueSight> {
  const catalog = await catalogOf(hub)
  const queue = catalog.queue(queueId)
  const agents = [...(await floorOf(hub)).agents.values()]
  return {
    waiting,
    estimateSeconds: paces.of(queueId).estimate(waiting, now.getTime()),
    open: isOpen(catalog.calendar(queue?.calendarId ?? null), now),
    present: agents.filter(
      (agent) => !agent.archived && agent.presence.state !== 'offline' && works(catalog, agent, queueId)
    ).length
  }
}
