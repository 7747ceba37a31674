import type { Types } from 'mongoose'
import type { Actor, Hub } from '../hub.ts'
import { callOff } from '../interactions/call-off.ts'
import { refuse } from '../refuse.ts'
import type { CallbackDoc } from './callback.model.ts'
import { checkInHand } from './in-hand.ts'
import { leaveSlot } from './slot.model.ts'
import { writeCallback } from './write.ts'

/**
 * Nobody calls any more: what waits leaves the queue. Refuses `too-late` while another agent has it in hand, `wrong-state` when
 * it is over.
 */
export async function cancelBy(
  hub: Hub,
  known: CallbackDoc,
  by: Actor | 'customer',
  agentId: Types.ObjectId | null = null
): Promise<CallbackDoc> {
  await checkInHand(known, agentId)
  const now = new Date()
  const { doc, changed } = await writeCallback(
    hub,
    known._id,
    (callback) => {
      if (callback.state === 'cancelled') return null
      if (callback.state !== 'scheduled' && callback.state !== 'queued') return refuse('wrong-state')
      return {
        set: { state: 'cancelled', nextAt: null, endedAt: now },
        unset: ['openKey'],
        entries: [
          {
            name: 'cancelled',
            ...(by !== 'customer' && { by }),
            figures: { by: by === 'customer' ? 'customer' : 'agent' }
          }
        ]
      }
    },
    known
  )
  if (!changed) return doc
  if (doc.slot) await leaveSlot(doc.queueId.toHexString(), doc.slot.from, doc._id)
  if (known.state === 'queued' && doc.interactionId)
    await callOff(hub, doc.interactionId, {
      ...(by !== 'customer' && { by }),
      isGivenUp: by === 'customer'
    })
  return doc
}
