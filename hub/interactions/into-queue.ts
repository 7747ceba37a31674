import { Types } from 'mongoose'
import type { Requirement } from '@palabre/config/contract/routing'
import type { Queue } from '@palabre/config/contract/setting'
import type { Catalog } from '../settings/catalog.ts'
import { dueAt } from './ensure.ts'
import type { InteractionDoc } from './interaction.model.ts'

/**
 * What an interaction takes on when it comes into another queue: that queue's requirements, priority and target, as of
 * its own age. Points that were given to it beyond its queue's stay.
 */
export function intoQueue(
  catalog: Catalog,
  interaction: Pick<InteractionDoc, 'queueId' | 'priority' | 'medium' | 'queuedAt'>,
  queue: Queue,
  requirements: readonly Requirement[] = queue.requirements
) {
  const own = interaction.priority - (catalog.queue(interaction.queueId.toHexString())?.priority ?? 0)
  return {
    queueId: new Types.ObjectId(queue.id),
    priority: queue.priority + Math.max(0, own),
    requirements,
    dueAt: dueAt(queue, interaction.medium, interaction.queuedAt),
    passedOver: [],
    sticky: null,
    suggestion: null
  }
}
