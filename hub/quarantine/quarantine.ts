import { Schema, Types, model } from 'mongoose'
import type { Quarantined } from '@palabre/channels/channel'
import type { AccountDoc } from '../accounts/account.model.ts'
import { storeFile } from '../attachments/store.ts'

/** Something that came in and could not be read, kept whole. */
export interface QuarantineDoc {
  _id: Types.ObjectId
  accountId: Types.ObjectId
  accountName: string
  externalId: string
  reason: string
  size: number
  fileId: Types.ObjectId
  at: Date
  dismissed: boolean
}

const schema = new Schema<QuarantineDoc>(
  {
    accountId: 'ObjectId',
    accountName: String,
    externalId: String,
    reason: String,
    size: Number,
    fileId: 'ObjectId',
    at: Date,
    dismissed: { type: Boolean, default: false }
  },
  { collection: 'quarantine', versionKey: false }
)
schema.index({ accountId: 1, externalId: 1 }, { unique: true })
schema.index({ dismissed: 1, at: -1 })

export const Quarantine = model<QuarantineDoc>('Quarantine', schema)

/** Keeps an unreadable event where an administrator sees it. A repeat has no effect. */
export async function quarantine(account: AccountDoc, event: Quarantined): Promise<'stored' | 'repeat'> {
  if (await Quarantine.exists({ accountId: account._id, externalId: event.externalId })) return 'repeat'
  const file = await storeFile(event.raw, 'quarantined.eml', {
    type: 'application/octet-stream',
    inline: false,
    interactionId: null,
    visitKey: null,
    messageId: new Types.ObjectId(),
    byId: null,
    use: 'quarantine'
  })
  const result = await Quarantine.updateOne(
    { accountId: account._id, externalId: event.externalId },
    {
      $setOnInsert: {
        accountName: account.name,
        reason: event.reason,
        size: event.raw.byteLength,
        fileId: file.id,
        at: new Date(),
        dismissed: false
      }
    },
    { upsert: true }
  )
  return result.upsertedCount > 0 ? 'stored' : 'repeat'
}
