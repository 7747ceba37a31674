import type { QueueState } from '@palabre/config/contract/event'
import { Types, type AnyBulkWriteOperation } from 'mongoose'
import { floorOf } from '../agents/floor.ts'
import type { Hub } from '../hub.ts'
import { Interaction } from '../interactions/interaction.model.ts'
import { teamFloor } from '../live/topics.ts'
import { catalogOf } from '../settings/catalog.ts'
import { placeOf } from './core/order.ts'
import type { WaitingItem } from './core/picture.ts'
import type { Partition } from './partition.ts'
import type { Paces } from './paces.ts'
import { rulesOf } from './picture.ts'
import { couldWork, waitingByQueue } from './sight.ts'

/** Hub nodes are told the order of so many who wait; those behind know that they are behind. */
const orderTold = 500
/** Who waits so long is told, and measured by, what could be expected at the beginning. */
const estimatedAfterMs = 1000
const mostAtOnce = 500
const tellAgainMs = 5000

/** For hub nodes: who stands where in a queue. */
export interface QueueHints {
  queueId: string
  /** Ids, the next one first. */
  order: string[]
  /** Seconds that the one at a place may expect, by place; null where too little is known. */
  estimates: (number | null)[]
  /** Of one who comes now. */
  estimateNext: number | null
}

/** Tells the state of queues when it has changed. */
export interface Teller {
  tell(partitions: readonly Partition[]): Promise<void>
  /** Writes to those who have begun to wait what they may expect, so that the error can be measured. */
  noteEstimates(partitions: readonly Partition[]): Promise<void>
}

export function openTeller(hub: Hub, paces: Paces): Teller {
  const told = new Map<string, { text: string; at: number }>()
  const noted = new Set<string>()

  async function inOrder(items: WaitingItem[], queueId: string): Promise<WaitingItem[]> {
    const rules = rulesOf((await catalogOf(hub)).queue(queueId))
    const now = Date.now()
    return items
      .map((item) => ({ item, place: placeOf(item, rules, now) }))
      .sort(
        (a, b) => a.place - b.place || a.item.queuedAt - b.item.queuedAt || (a.item.id < b.item.id ? -1 : 1)
      )
      .map(({ item }) => item)
  }

  return {
    async tell(partitions) {
      if (partitions.length === 0) return
      const catalog = await catalogOf(hub)
      const agents = [...(await floorOf(hub)).agents.values()]
      const names = new Set(partitions.map(({ name }) => name))
      const waiting = waitingByQueue(partitions)
      const now = Date.now()
      for (const queue of catalog.queues()) {
        if (!names.has(queue.partition)) continue
        const items = waiting.get(queue.id) ?? []
        const pace = paces.of(queue.id)
        const ready = agents.filter((agent) => couldWork(catalog, agent, queue)).length
        const state: QueueState = {
          queueId: queue.id,
          waiting: items.length,
          oldestQueuedAt:
            items.length > 0
              ? new Date(Math.min(...items.map(({ queuedAt }) => queuedAt))).toISOString()
              : null,
          ready,
          estimateSeconds: ready > 0 && items.length === 0 ? 0 : pace.estimate(items.length + 1, now)
        }
        const order = (await inOrder(items, queue.id)).slice(0, orderTold).map(({ id }) => id)
        const text = `${JSON.stringify(state)}${order.join()}`
        const before = told.get(queue.id)
        // Told again now and then: a hub that has just started has not heard it.
        if (before?.text === text && (items.length === 0 || now - before.at < tellAgainMs)) continue
        told.set(queue.id, { text, at: now })
        const hints: QueueHints = {
          queueId: queue.id,
          order,
          estimates: order.map((_, i) => pace.estimate(i + 1, now)),
          estimateNext: state.estimateSeconds
        }
        hub.stream.publish({
          name: 'queue.changed',
          payload: { queue: state },
          topics: [
            `waiting:${queue.id}`,
            `queue:${queue.id}`,
            'floor',
            ...catalog
              .teams()
              .filter((team) => team.queueIds.includes(queue.id))
              .map((team) => teamFloor(team.id))
          ],
          hints
        })
      }
    },

    async noteEstimates(partitions) {
      const now = Date.now()
      const writes: AnyBulkWriteOperation[] = []
      const there = new Set<string>()
      for (const [queueId, items] of waitingByQueue(partitions)) {
        for (const { id } of items) there.add(id)
        const fresh = items.filter(({ id, queuedAt }) => !noted.has(id) && now - queuedAt >= estimatedAfterMs)
        if (fresh.length === 0) continue
        const places = new Map((await inOrder(items, queueId)).map(({ id }, i) => [id, i + 1]))
        for (const { id } of fresh.slice(0, mostAtOnce)) {
          noted.add(id)
          const position = places.get(id) ?? items.length
          const seconds = paces.of(queueId).estimate(position, now)
          if (seconds === null) continue
          writes.push({
            updateOne: {
              filter: { _id: new Types.ObjectId(id), estimate: null },
              update: { $set: { estimate: { seconds, position } } }
            }
          })
        }
      }
      for (const id of noted) if (!there.has(id)) noted.delete(id)
      if (writes.length > 0) await Interaction.collection.bulkWrite(writes as never, { ordered: false })
    }
  }
}
