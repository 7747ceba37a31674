import type { Hub } from '../hub.ts'
import { Interaction, type InteractionDoc } from '../interactions/interaction.model.ts'
import { Callback, type CallbackDoc } from './callback.model.ts'
import { placeCallback } from './place.ts'
import { settleCallback } from './settle.ts'

const atOnce = 200
const mostOpen = 5000
/** Whoever ended its interaction has this long to end it too. */
const graceMs = 10_000

/** Gives callbacks whose time has come to their queues, and ends those whose interaction is over: after a crash, or a flush of Redis. */
export async function sweepCallbacks(hub: Hub, now: Date): Promise<void> {
  const due = await Callback.find({ nextAt: { $lte: now, $type: 'date' }, state: 'scheduled' }, { _id: 1 })
    .sort({ nextAt: 1 })
    .limit(atOnce)
    .lean()
  for (const { _id } of due) {
    try {
      await placeCallback(hub, _id)
    } catch (error) {
      // The others are not delayed by it; the next sweep tries again.
      hub.log.warn({ err: error, callbackId: String(_id) }, 'a callback could not be queued yet')
    }
  }
  const open = (await Callback.find(
    { state: 'queued', updatedAt: { $lt: new Date(now.getTime() - graceMs) } },
    { interactionId: 1 }
  )
    .limit(mostOpen)
    .lean()) as Pick<CallbackDoc, '_id' | 'interactionId'>[]
  if (open.length === 0) return
  const closed = (await Interaction.find({
    _id: { $in: open.flatMap(({ interactionId }) => interactionId ?? []) },
    state: 'closed'
  }).lean()) as InteractionDoc[]
  for (const interaction of closed) await settleCallback(hub, interaction)
}
