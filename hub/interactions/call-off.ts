import type { Types } from 'mongoose'
import { releaseHold } from '../agents/holds.ts'
import type { Actor, Hub } from '../hub.ts'
import { writeInteraction } from './write.ts'

/**
 * Takes what waits out of its queue: it is wanted no longer, or later. What its customer gives up counts as abandoned.
 * False when an agent has it in hand; true also when it is closed already.
 */
export async function callOff(
  hub: Hub,
  id: Types.ObjectId,
  { by, isGivenUp }: { by?: Actor | undefined; isGivenUp: boolean }
): Promise<boolean> {
  let offeredTo: Types.ObjectId | null = null
  const { doc } = await writeInteraction(hub, id, (interaction) => {
    offeredTo = interaction.offer?.agentId ?? null
    if (interaction.state !== 'queued' && interaction.state !== 'offered') return null
    const now = new Date()
    return {
      set: { state: 'closed', closedAt: now, unread: 0, offer: null },
      unset: ['openKey'],
      entries: [
        {
          name: isGivenUp ? 'abandoned' : 'calledOff',
          by,
          figures: {
            waitedSeconds: Math.round((now.getTime() - interaction.queuedAt.getTime()) / 1000),
            fromAgentId: offeredTo?.toHexString() ?? null
          }
        }
      ]
    }
  })
  if (doc.state === 'closed' && offeredTo) await releaseHold(hub, offeredTo, id)
  return doc.state === 'closed'
}
