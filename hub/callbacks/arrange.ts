import type { Types } from 'mongoose'
import type { Actor, Hub } from '../hub.ts'
import { callOff } from '../interactions/call-off.ts'
import { refuse } from '../refuse.ts'
import { intoSlot, momentAhead } from './ask.ts'
import { openKeyOf, type CallbackDoc } from './callback.model.ts'
import { checkInHand } from './in-hand.ts'
import { queueFor } from './offer.ts'
import { dueSoon, placeCallback } from './place.ts'
import { leaveSlot } from './slot.model.ts'
import { writeCallback } from './write.ts'

/** Another time, another agent, or both; without a time it is as soon as somebody is free. */
export interface Arrangement {
  slotFrom?: Date | undefined
  at?: Date | undefined
  /** Null: anybody; absent: as it was. */
  agentId?: Types.ObjectId | null | undefined
}

/** Who arranges it: an agent's own work stays in their hands meanwhile. */
export type Arranger = { actor: Actor; agentId: Types.ObjectId | null } | 'customer'

const duplicateKey = 11000

/**
 * Arranges a callback anew: what waits leaves its queue, what failed or is in the arranger's hands waits again. Refuses
 * `too-late` while another agent has it in hand, `wrong-state` when it was cancelled, `changed-meanwhile`, and what asking
 * for it would.
 */
export async function arrangeBy(
  hub: Hub,
  known: CallbackDoc,
  { slotFrom, at, agentId }: Arrangement,
  by: Arranger
): Promise<CallbackDoc> {
  if (known.state === 'cancelled') return refuse('wrong-state')
  if (known.state === 'done' && by === 'customer') return refuse('too-late')
  await checkInHand(known, by === 'customer' ? null : by.agentId)
  const now = new Date()
  const queue = await queueFor(hub, known.queueId.toHexString())
  // Who is only given to somebody else keeps the time that was promised.
  const isMoved = slotFrom !== undefined || at !== undefined || agentId === undefined
  const keepsSlot = !isMoved || (slotFrom !== undefined && known.slot?.from.getTime() === slotFrom.getTime())
  const next = {
    _id: known._id,
    slot: keepsSlot ? known.slot : null,
    nextAt: at ? momentAhead(at, now) : keepsSlot ? (known.nextAt ?? known.slot?.from ?? now) : now
  }
  if (slotFrom && !keepsSlot) await intoSlot(hub, queue, next, slotFrom)
  const arranged = await write(hub, known, next, { agentId, by }).catch(async (error: unknown) => {
    if (slotFrom && !keepsSlot) await leaveSlot(queue.id, slotFrom, known._id)
    if ((error as { code?: number }).code === duplicateKey) return refuse('already-asked')
    throw error
  })
  if (known.slot && !keepsSlot) await leaveSlot(queue.id, known.slot.from, known._id)
  if (known.state === 'queued' && known.interactionId)
    await callOff(hub, known.interactionId, {
      ...(by !== 'customer' && { by: by.actor }),
      isGivenUp: false
    })
  if (next.nextAt <= now) return placeCallback(hub, arranged._id)
  dueSoon(hub, arranged)
  return arranged
}

async function write(
  hub: Hub,
  known: CallbackDoc,
  next: { slot: CallbackDoc['slot']; nextAt: Date },
  { agentId, by }: { agentId: Arrangement['agentId']; by: Arranger }
): Promise<CallbackDoc> {
  const { doc } = await writeCallback(
    hub,
    known._id,
    (callback) => {
      if (callback.version !== known.version) return refuse('changed-meanwhile')
      return {
        set: {
          state: 'scheduled',
          slot: next.slot,
          nextAt: next.nextAt,
          kept: null,
          endedAt: null,
          round: callback.round + 1,
          openKey: openKeyOf(callback.queueId.toHexString(), callback.number),
          ...(agentId !== undefined && { agentId })
        },
        entries: [
          {
            name: 'arranged',
            ...(by !== 'customer' && { by: by.actor }),
            figures: {
              by: by === 'customer' ? 'customer' : 'agent',
              nextAt: next.nextAt.toISOString(),
              fromAgentId: callback.agentId?.toHexString() ?? null
            }
          }
        ]
      }
    },
    known
  )
  return doc
}
