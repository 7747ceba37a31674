import { createHash } from 'node:crypto'
import { Schema, model, type Types } from 'mongoose'
import type { DeliveryReport, InboundAmendment, InboundReaction } from '@palabre/channels/channel'

/** What says something of a message that may not be here yet. */
export type AboutMessage = DeliveryReport | InboundReaction | InboundAmendment

/** Told of a message before the message came; tried again until it is there, or its time has passed. */
export interface EarlyDoc {
  _id: string
  accountId: Types.ObjectId
  event: AboutMessage
  at: Date
  nextAt: Date
  attempts: number
}

const schema = new Schema<EarlyDoc>(
  { _id: String, accountId: 'ObjectId', event: Object, at: Date, nextAt: Date, attempts: Number },
  { collection: 'earlyReports', versionKey: false, minimize: false, strict: 'throw' }
)
schema.index({ nextAt: 1 })

export const EarlyReport = model<EarlyDoc>('EarlyReport', schema)

/** Platforms repeat what was not taken for a week. After that the message is another system's. */
const keptMs = 8 * 86_400_000
const atOnce = 100

const pauseAfter = (attempt: number) => Math.min(6 * 3_600_000, 2000 * 2 ** (attempt - 1))

/** Keeps it for later, once however often it comes. */
export async function keepEarly(
  accountId: Types.ObjectId,
  event: AboutMessage
): Promise<'stored' | 'repeat'> {
  const now = new Date()
  const hash = createHash('sha256').update(JSON.stringify(event)).digest('hex')
  const { upsertedCount } = await EarlyReport.updateOne(
    { _id: `${accountId.toHexString()}:${hash}` },
    {
      $setOnInsert: {
        accountId,
        event,
        at: now,
        nextAt: new Date(now.getTime() + pauseAfter(1)),
        attempts: 1
      }
    },
    { upsert: true }
  )
  return upsertedCount > 0 ? 'stored' : 'repeat'
}

/**
 * Tries again what is due, in the order in which it came. `tell` says whether the message was there; what nobody asked
 * for in its time is dropped. Returns how many found their message.
 */
export async function retryEarly(
  tell: (accountId: Types.ObjectId, event: AboutMessage) => Promise<boolean>,
  now: Date
): Promise<number> {
  const due = (await EarlyReport.find({ nextAt: { $lte: now } })
    .sort({ at: 1 })
    .limit(atOnce)
    .lean()) as EarlyDoc[]
  let found = 0
  for (const { _id, accountId, event, at, attempts } of due) {
    const isThere = await tell(accountId, event)
    if (isThere) found++
    if (isThere || now.getTime() - at.getTime() > keptMs) await EarlyReport.deleteOne({ _id })
    else
      await EarlyReport.updateOne(
        { _id },
        { $set: { nextAt: new Date(now.getTime() + pauseAfter(attempts + 1)) }, $inc: { attempts: 1 } }
      )
  }
  return found
}
