import { Types } from 'mongoose'
import { releaseHold } from '../agents/holds.ts'
import type { Requirement } from '@palabre/config/contract/routing'
import type { Hub } from '../hub.ts'
import { refuse } from '../refuse.ts'
import { actorOf, type Who } from '../sessions/who.ts'
import { catalogOf } from '../settings/catalog.ts'
import { checkRequirements } from '../settings/check-queue.ts'
import { mayLookOn } from '../stepping/oversight.ts'
import { tellStepIn } from '../stepping/step-in.ts'
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
 * age. Only its holder may, or a supervisor who looks after it, also while it is offered; whoever loses it is told.
 */
export async function transferInteraction(
  hub: Hub,
  who: Who,
  id: string,
  to: Destination,
  note = ''
): Promise<InteractionDoc> {
  const interaction = await findInteraction(hub, who, id)
  const isOwn = holds(interaction, who)
  if (!isOwn && !(await mayLookOn(hub, who, id))) return refuse('not-yours')
  const { state } = interaction
  if (state !== 'active' && state !== 'queued' && (state !== 'offered' || isOwn)) return refuse('wrong-state')
  const former = interaction.agentId ?? interaction.offer?.agentId ?? null
  const doc = await handOn(hub, who, interaction, to, note)
  if (former && !isOwn) await tellStepIn(hub, who, doc, former, { kind: 'sent-on', reason: note })
  return doc
}

async function handOn(
  hub: Hub,
  who: Who,
  interaction: InteractionDoc,
  to: Destination,
  note: string
): Promise<InteractionDoc> {
  const transfer = { byId: who.agentId ?? who.userId, note }
  if ('agentId' in to)
    return offerTo(hub, who, interaction, new Types.ObjectId(to.agentId), 'transferred', { transfer })

  const catalog = await catalogOf(hub)
  const queue = catalog.queue(to.queueId ?? interaction.queueId.toHexString())
  if (!queue || queue.archived) return refuse('unknown-reference')
  const requirements = 'requirements' in to ? to.requirements : queue.requirements
  if ('requirements' in to) await checkRequirements('to/requirements', requirements)
  const former = interaction.agentId ?? interaction.offer?.agentId ?? null
  const { doc } = await writeInteraction(
    hub,
    interaction._id,
    (newest) => {
      if (
        newest.state !== interaction.state ||
        String(newest.agentId) !== String(interaction.agentId) ||
        String(newest.offer?.id) !== String(interaction.offer?.id)
      )
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
