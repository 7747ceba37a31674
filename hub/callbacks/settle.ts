import { callOfInteraction } from '../calls/find.ts'
import { wasReached } from '../calls/parties.ts'
import type { Hub } from '../hub.ts'
import type { InteractionDoc } from '../interactions/interaction.model.ts'
import { callbackOf } from './adopt.ts'
import { noteSlot } from './kept.ts'
import { writeCallback } from './write.ts'

/**
 * Ends a callback with the interaction that it was: whoever was reached was called back; who was not, and is not tried
 * again, never will be. Without effect when it goes on as another, or twice.
 */
export async function settleCallback(hub: Hub, interaction: InteractionDoc): Promise<void> {
  if (!interaction.callback?.id || interaction.state !== 'closed') return
  const known = await callbackOf(hub, interaction)
  if (known?.state !== 'queued') return
  const call = await callOfInteraction(interaction._id)
  const isReached = call !== null && call.direction === 'out' && wasReached(call)
  // A slot in which nobody was called was not kept.
  await noteSlot(hub, interaction, false)
  const now = new Date()
  await writeCallback(hub, known._id, (callback) => {
    if (callback.state !== 'queued' || !callback.interactionId?.equals(interaction._id)) return null
    return {
      set: {
        state: isReached ? 'done' : interaction.agentId ? 'failed' : 'cancelled',
        endedAt: now,
        nextAt: null,
        ...(isReached && {
          attempts: [
            ...callback.attempts,
            { at: call.startedAt, interactionId: interaction._id, agentId: interaction.agentId, cause: null }
          ]
        })
      },
      unset: ['openKey'],
      entries: [{ name: isReached ? 'done' : 'ended', figures: {} }]
    }
  })
}
