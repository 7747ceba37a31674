import { Schema, model, type Types } from 'mongoose'
import type { CampaignRecipient as RecipientWire, RecipientState } from '@palabre/config/contract/campaign'
import { idText, timeText } from '../wire.ts'

/** One address of one campaign. Its id is the one that its mail is known by. */
export interface RecipientDoc {
  _id: Types.ObjectId
  campaignId: Types.ObjectId
  accountId: Types.ObjectId
  contactId: Types.ObjectId | null
  /** Canonical; unique in the campaign, so that nobody is written to twice. */
  address: string
  domain: string
  name: string
  timeZone: string | null
  /** What is filled in, as it was when the campaign began. */
  data: Record<string, string>
  state: RecipientState
  variant: string | null
  /** When it may leave. */
  dueAt: Date
  /** Who is sending it; kept afterwards, so that whoever was slow can still say what became of it. */
  claim: { by: string } | null
  attempts: number
  /** In the words of the far side, or why it was left out. */
  reason: string
  /** Noted before a byte leaves. */
  leftAt: Date | null
  sentAt: Date | null
  bouncedAt: Date | null
  isHard: boolean
  /** The platform's id of the message, where it gives one; those of attempts that it took and gave up again. */
  externalId?: string | undefined
  givenUp?: string[] | undefined
  /** When it left, as the platform counts the people whom we write to in a day. */
  countedAt?: Date | null | undefined
  deliveredAt?: Date | null | undefined
  readAt?: Date | null | undefined
  complainedAt: Date | null
  unsubscribedAt: Date | null
  openedAt: Date | null
  clickedAt: Date | null
  clicks: number
  /** Indexes of links that were followed. */
  links: number[]
  repliedAt: Date | null
  autoRepliedAt: Date | null
  updatedAt: Date
}

const schema = new Schema<RecipientDoc>(
  {
    campaignId: 'ObjectId',
    accountId: 'ObjectId',
    contactId: { type: 'ObjectId', default: null },
    address: String,
    domain: String,
    name: String,
    timeZone: { type: String, default: null },
    data: { type: Object, default: {} },
    state: String,
    variant: { type: String, default: null },
    dueAt: Date,
    claim: { type: Object, default: null },
    attempts: { type: Number, default: 0 },
    reason: { type: String, default: '' },
    leftAt: { type: Date, default: null },
    sentAt: { type: Date, default: null },
    bouncedAt: { type: Date, default: null },
    isHard: { type: Boolean, default: false },
    externalId: String,
    givenUp: { type: [String], default: undefined },
    countedAt: Date,
    deliveredAt: Date,
    readAt: Date,
    complainedAt: { type: Date, default: null },
    unsubscribedAt: { type: Date, default: null },
    openedAt: { type: Date, default: null },
    clickedAt: { type: Date, default: null },
    clicks: { type: Number, default: 0 },
    links: { type: [Number], default: [] },
    repliedAt: { type: Date, default: null },
    autoRepliedAt: { type: Date, default: null },
    updatedAt: Date
  },
  { collection: 'campaignRecipients', versionKey: false, minimize: false, strict: 'throw' }
)
schema.index({ campaignId: 1, address: 1 }, { unique: true })
// What is due, by domain: lanes that are shut are skipped without being read.
schema.index({ campaignId: 1, state: 1, domain: 1, dueAt: 1 })
// By what a platform names its messages, and whom we wrote to lately: only of what has such an id, or counts there.
schema.index({ externalId: 1 }, { partialFilterExpression: { externalId: { $type: 'string' } } })
schema.index({ accountId: 1, countedAt: 1 }, { partialFilterExpression: { countedAt: { $type: 'date' } } })
schema.index({ address: 1, countedAt: 1 }, { partialFilterExpression: { countedAt: { $type: 'date' } } })

export const Recipient = model<RecipientDoc>('CampaignRecipient', schema)

/** Names of indexes, for queries whose plan is not left to a trial. */
export const dueIndex = { campaignId: 1, state: 1, domain: 1, dueAt: 1 } as const

/** It has left, as far as can be known. */
export const hasLeft: readonly RecipientState[] = ['sent', 'unknown', 'bounced', 'complained', 'unsubscribed']

export const presentRecipient = (doc: RecipientDoc): RecipientWire => ({
  id: doc._id.toHexString(),
  contactId: idText(doc.contactId),
  address: doc.address,
  name: doc.name,
  state: doc.state,
  variant: doc.variant,
  reason: doc.reason,
  attempts: doc.attempts,
  sentAt: timeText(doc.sentAt),
  deliveredAt: timeText(doc.deliveredAt ?? null),
  readAt: timeText(doc.readAt ?? null),
  openedAt: timeText(doc.openedAt),
  clickedAt: timeText(doc.clickedAt),
  repliedAt: timeText(doc.repliedAt),
  updatedAt: doc.updatedAt.toISOString()
})
