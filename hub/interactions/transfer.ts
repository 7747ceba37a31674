import { Types } from 'mongoose'
import { releaseHold } from '../agents/holds.ts'
import type { Requirement } from '@palabre/config/contract/routing'
import type { Hub } from '../hub.ts'
import { refuse } from '../refuse.ts'
import { actorOf, may, type Who } from '../sessions/who.ts'
import { catalogOf } from '../settings/catalog.ts'
import { checkRequirements } from '../settings/check-queue.ts'
import { findInteraction } from './find.ts'
import type { InteractionDoc } from './interaction.model.ts'
import { intoQueue } from './into-queue.ts'
import { requeueing } from './requeue.ts'
import { offerTo } from './take.ts'
import { writeInteraction } from './write.ts'

export type Destination =
  { agentId: string } | { queueId: string } | { requirements: Requirement[]; queueId?: string | undefined }

/**
 * Hands an interaction to an agent (offered at once), to another queue, or to whoever has some skills. It keeps its
 * age. Only its holder or a supervisor may.
 */
export async function transferInteraction(
  hub: Hub,
  who: Who,
  id: string,
  to: Destination,
  note = ''
): Promise<InteractionDoc> {
  const interaction = await findInteraction(hub, who, id)
  if (!holds(interaction, who) && !may(who, 'interaction:assign')) return refuse('not-yours')
  if (interaction.state !== 'active' && interaction.state !== 'queued') return refuse('wrong-state')
  const transfer = { byId: who.agentId ?? who.userId, note }
  if ('agentId' in to)
    return offerTo(hub, who, interaction, new Types.ObjectId(to.agentId), 'transferred', { transfer })

  const catalog = await catalogOf(hub)
  const queue = catalog.queue(to.queueId ?? interaction.queueId.toHexString())
  if (!queue || queue.archived) return refuse('unknown-reference')
  const requirements = 'requirements' in to ? to.requirements : queue.requirements
  if ('requirements' in to) await checkRequirements('to/requirements', requirements)
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
          ...intoQueue(catalog, newest, queue, requirements),
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
