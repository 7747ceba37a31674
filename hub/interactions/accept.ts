import type { Types } from 'mongoose'
import type { Actor, Hub } from '../hub.ts'
import { forgetMisses } from '../agents/holds.ts'
import { refuse } from '../refuse.ts'
import { actorOf, agentOf, type Who } from '../sessions/who.ts'
import type { InteractionDoc } from './interaction.model.ts'
import { writeInteraction } from './write.ts'

/** Takes what is offered. A repeated accept has no effect; refuses `not-offered` when the offer is gone. */
export function acceptInteraction(hub: Hub, who: Who, id: string, offerId: string): Promise<InteractionDoc> {
  return acceptOffer(hub, agentOf(who), id, offerId, actorOf(who))
}

/** The same for an agent who answers by telephone. */
export async function acceptOffer(
  hub: Hub,
  agentId: Types.ObjectId,
  id: string,
  offerId: string,
  by: Actor
): Promise<InteractionDoc> {
  const { doc } = await writeInteraction(hub, id, (interaction) => {
    if (interaction.state === 'active' && interaction.agentId?.equals(agentId)) return null
    const { offer } = interaction
    if (
      interaction.state !== 'offered' ||
      offer?.id.toHexString() !== offerId ||
      !offer.agentId.equals(agentId)
    )
      return refuse('not-offered')
    return accepting(interaction, agentId, by)
  })
  await forgetMisses(hub, agentId)
  return doc
}

/** The change that puts an interaction into an agent's hands. */
export function accepting(interaction: InteractionDoc, agentId: Types.ObjectId, by: Actor) {
  const now = new Date()
  const waited = Math.round((now.getTime() - interaction.queuedAt.getTime()) / 1000)
  const late = interaction.dueAt !== null && now > interaction.dueAt
  return {
    set: {
      state: 'active',
      agentId,
      offer: null,
      sticky: null,
      passedOver: [],
      acceptedAt: now,
      waitingFor: 'agent'
    },
    entries: [
      {
        name: 'accepted',
        by,
        figures: {
          agentId: agentId.toHexString(),
          waitedSeconds: waited,
          late: late ? 1 : 0,
          ...(interaction.estimate && { estimatedSeconds: interaction.estimate.seconds })
        }
      }
    ]
  }
}
