import type { Types } from 'mongoose'
import { Schema, model } from 'mongoose'
import { Callback } from './callback.model.ts'

/** Who has a place in a slot: the list is as long as there are places at most. */
interface SlotDoc {
  /** `<queue>|<begin in ms>` */
  _id: string
  holders: Types.ObjectId[]
  /** Forgotten some days after it is over. */
  forgetAt: Date
}

const schema = new Schema<SlotDoc>(
  { _id: String, holders: ['ObjectId'], forgetAt: Date },
  { collection: 'callbackSlots', versionKey: false, strict: 'throw' }
)
schema.index({ forgetAt: 1 }, { expireAfterSeconds: 0 })
const SlotRecord = model<SlotDoc>('CallbackSlot', schema)

const keptMs = 7 * 86_400_000
const duplicateKey = 11000

const slotId = (queueId: string, from: Date) => `${queueId}|${String(from.getTime())}`

/**
 * Takes a place in a slot for a callback; false when there is none. Two at once cannot have the last one, and a repeat
 * has it already.
 */
export async function takeSlot(
  queueId: string,
  from: Date,
  places: number,
  callbackId: Types.ObjectId
): Promise<boolean> {
  if (places < 1) return false
  const _id = slotId(queueId, from)
  for (const isLast of [false, true]) {
    try {
      const { matchedCount, upsertedCount } = await SlotRecord.updateOne(
        { _id, $or: [{ [`holders.${String(places - 1)}`]: { $exists: false } }, { holders: callbackId }] },
        {
          $addToSet: { holders: callbackId },
          $setOnInsert: { forgetAt: new Date(from.getTime() + keptMs) }
        },
        { upsert: true }
      )
      if (matchedCount + upsertedCount > 0) return true
    } catch (error) {
      // It is there, and full.
      if ((error as { code?: number }).code !== duplicateKey) throw error
    }
    if (isLast || !(await dropStray(_id, from))) return false
  }
  return false
}

/** Gives a place back. */
export async function leaveSlot(queueId: string, from: Date, callbackId: Types.ObjectId): Promise<void> {
  await SlotRecord.updateOne({ _id: slotId(queueId, from) }, { $pull: { holders: callbackId } })
}

/** How many places of the queue's slots are taken, by their begin in ms. */
export async function takenSlots(
  queueId: string,
  slots: readonly { from: Date }[]
): Promise<Map<number, number>> {
  const docs = (await SlotRecord.find({
    _id: { $in: slots.map(({ from }) => slotId(queueId, from)) }
  }).lean()) as SlotDoc[]
  return new Map(docs.map(({ _id, holders }) => [Number(_id.split('|')[1]), holders.length]))
}

/** A crash may have left a place with a callback that was never made, is over, or went to another time. */
async function dropStray(_id: string, from: Date): Promise<boolean> {
  const slot = (await SlotRecord.findById(_id).lean()) as SlotDoc | null
  if (!slot) return false
  const real = await Callback.find(
    { _id: { $in: slot.holders }, 'slot.from': from, state: { $ne: 'cancelled' } },
    { _id: 1 }
  ).lean()
  const settledBefore = new Date(Date.now() - strayMs)
  const stray = slot.holders.filter(
    (id) => !real.some((one) => one._id.equals(id)) && id.getTimestamp() < settledBefore
  )
  if (stray.length === 0) return false
  await SlotRecord.updateOne({ _id }, { $pull: { holders: { $in: stray } } })
  return true
}

/** Between its place and its record a callback has this long. */
const strayMs = 60_000
