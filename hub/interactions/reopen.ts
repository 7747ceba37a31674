import type { Hub } from '../hub.ts'
import { actorOf, type Who } from '../sessions/who.ts'
import { Interaction, type InteractionDoc } from './interaction.model.ts'
import { requeueing } from './requeue.ts'
import { writeInteraction } from './write.ts'

const heldMs = 60_000

/**
 * An answer that had closed its interaction was called back: the customer is unanswered again, so the work comes back,
 * first of all to whoever had it, with its age. Without effect while another interaction of the conversation is open.
 */
export async function reopenInteraction(hub: Hub, who: Who, interaction: InteractionDoc): Promise<void> {
  const openKey = interaction.conversationId.toHexString()
  if (await Interaction.exists({ openKey: { $eq: openKey, $type: 'string' } })) return
  await writeInteraction(hub, interaction._id, (newest) => {
    if (newest.state !== 'closed') return null
    const back = requeueing(newest, { name: 'reopened', by: actorOf(who) })
    return {
      ...back,
      set: {
        ...back.set,
        openKey,
        closedAt: null,
        wrapUp: null,
        dispositionId: null,
        waitingFor: 'agent',
        sticky: who.agentId && { agentId: who.agentId, until: new Date(Date.now() + heldMs) }
      }
    }
  })
}
