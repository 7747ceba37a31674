import { Types } from 'mongoose'
import { releaseHold } from '../agents/holds.ts'
import type { Hub } from '../hub.ts'
import { refuse } from '../refuse.ts'
import { actorOf, may, type Who } from '../sessions/who.ts'
import { catalogOf } from '../settings/catalog.ts'
import { dueAt } from './ensure.ts'
import { findInteraction } from './find.ts'
import type { InteractionDoc } from './interaction.model.ts'
import { requeueing } from './requeue.ts'
import { offerTo } from './take.ts'
import { writeInteraction } from './write.ts'

/**
 * Hands an interaction to an agent (offered at once, or waiting for them while their queue's sticky time lasts when
 * they cannot take it now) or to another queue. It keeps its age. Only its holder or a supervisor may.
 */
export async function transferInteraction(
  hub: Hub,
  who: Who,
  id: string,
  to: { agentId: string } | { queueId: string },
  note = ''
): Promise<InteractionDoc> {
  const interaction = await findInteraction(hub, who, id)
  if (!holds(interaction, who) && !may(who, 'interaction:assign')) return refuse('not-yours')
  if (interaction.state !== 'active' && interaction.state !== 'queued') return refuse('wrong-state')
  const transfer = { byId: who.agentId ?? who.userId, note }
  if ('agentId' in to)
    return offerTo(hub, who, interaction, new Types.ObjectId(to.agentId), 'transferred', { transfer })

  const queue = (await catalogOf(hub)).queue(to.queueId)
  if (!queue || queue.archived) return refuse('unknown-reference')
  const former = interaction.agentId
  const { doc } = await writeInteraction(
    hub,
    interaction._id,
    (newest) => {
      if (newest.state !== interaction.state || String(newest.agentId) !== String(former))
        return refuse('changed-meanwhile')
      return requeueing(
        newest,
        {
          name: 'transferred',
          by: actorOf(who),
          figures: { queueId: queue.id, fromQueueId: newest.queueId.toHexString() }
        },
        {
          queueId: new Types.ObjectId(queue.id),
          priority: queue.priority,
          requirements: queue.requirements,
          dueAt: dueAt(queue, newest.medium, newest.queuedAt),
          passedOver: [],
          sticky: null,
          snoozedUntil: null,
          transfer
        }
      )
    },
    interaction
  )
  if (former) await releaseHold(hub, former, doc._id)
  return doc
}

export const holds = (interaction: InteractionDoc, who: Who): boolean =>
  who.agentId !== null && interaction.agentId?.equals(who.agentId) === true
