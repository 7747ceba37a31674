import { Schema, model, type Types } from 'mongoose'
import type { Conversation as ConversationWire } from '@palabre/config/contract/interaction'
import { timeText } from '../wire.ts'

/** The lasting thread with a contact; holds interactions of any channel. */
export interface ConversationDoc {
  _id: Types.ObjectId
  version: number
  contactId: Types.ObjectId
  channel: string
  subject: string | null
  /**
   * What finds it again: `<account>:<address>` where a channel has no threads, `<account>:mail:<first message>` where
   * it has. Unique, so that two events at once make one conversation; a merge moves the keys along.
   */
  keys: string[]
  /** The campaign that it answers. */
  campaignId?: Types.ObjectId | null
  mergedInto: Types.ObjectId | null
  createdAt: Date
  lastMessageAt: Date
}

const schema = new Schema<ConversationDoc>(
  {
    version: { type: Number, default: 0 },
    contactId: 'ObjectId',
    channel: String,
    subject: { type: String, default: null },
    keys: [String],
    campaignId: { type: 'ObjectId', default: null },
    mergedInto: { type: 'ObjectId', default: null },
    createdAt: Date,
    lastMessageAt: Date
  },
  { collection: 'conversations', versionKey: false, strict: 'throw' }
)
schema.index({ keys: 1 }, { unique: true, partialFilterExpression: { keys: { $type: 'string' } } })
schema.index({ contactId: 1, lastMessageAt: -1 })

export const Conversation = model<ConversationDoc>('Conversation', schema)

export const presentConversation = (doc: ConversationDoc): ConversationWire => ({
  id: doc._id.toHexString(),
  version: doc.version,
  contactId: doc.contactId.toHexString(),
  subject: doc.subject,
  channel: doc.channel,
  createdAt: timeText(doc.createdAt) ?? '',
  lastMessageAt: timeText(doc.lastMessageAt) ?? ''
})

/** The key of a thread where a channel has none of its own: the customer's point at the account. */
export const threadKeyOf = (accountId: Types.ObjectId, address: string): string =>
  `${accountId.toHexString()}:${address}`
