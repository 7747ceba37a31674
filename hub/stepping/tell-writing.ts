import type { ClientFrame } from '@palabre/config/contract/event'
import type { Hub } from '../hub.ts'
import { loadInteraction } from '../interactions/find.ts'
import { holds } from '../interactions/transfer.ts'
import type { Who } from '../sessions/who.ts'
import { writingOf } from './look-on.ts'
import { watchesOf } from './watches.ts'

type WritingFrame = Extract<ClientFrame, { type: 'writing' }>

/**
 * Passes on what an agent is writing, to supervisors who look on; it is kept nowhere. Without effect where nobody does,
 * and for whoever does not hold the interaction.
 */
export async function tellWriting(
  hub: Hub,
  who: Who,
  { interactionId, mode, text, subject }: WritingFrame
): Promise<void> {
  if (!who.agentId || !(await watchesOf(hub)).isWatched(interactionId)) return
  const interaction = await loadInteraction(interactionId)
  if (interaction?.state !== 'active' || !holds(interaction, who)) return
  hub.stream.publish({
    name: 'writing.changed',
    payload: {
      writing: {
        interactionId,
        agentId: who.agentId.toHexString(),
        name: who.name,
        mode,
        text,
        subject: subject ?? null,
        keptAt: null
      }
    },
    topics: [writingOf(interactionId)]
  })
}
