import { Schema, model, type Types } from 'mongoose'
import type { SigningKey } from '@palabre/channels/bulk'
import type { Hub } from '../hub.ts'
import type { WarmUp } from './warm-up.ts'

/** How one account sends campaigns. Its id is the account's; without a record everything is as usual. */
export interface SenderDoc {
  _id: Types.ObjectId
  version: number
  perSecond: number
  perDomain: number
  lines: number
  warmUp: WarmUp | null
  /** The key of its domain; the private half is sealed. */
  dkim: { domain: string; selector: string; publicKey: string; sealed: string; createdAt: Date } | null
  /** Messages that left, by day of the campaign's zone; the last days only. */
  days: Record<string, number>
  trouble: string
}

const schema = new Schema<SenderDoc>(
  {
    version: { type: Number, default: 0 },
    perSecond: Number,
    perDomain: Number,
    lines: Number,
    warmUp: { type: Object, default: null },
    dkim: { type: Object, default: null },
    days: { type: Object, default: {} },
    trouble: { type: String, default: '' }
  },
  { collection: 'campaignSenders', versionKey: false, minimize: false, strict: 'throw' }
)

export const Sender = model<SenderDoc>('CampaignSender', schema)

/** What an account may that nobody has said anything of. */
export const usualSender = (_id: Types.ObjectId): SenderDoc => ({
  _id,
  version: 0,
  perSecond: 50,
  perDomain: 10,
  lines: 10,
  warmUp: null,
  dkim: null,
  days: {},
  trouble: ''
})

export const senderFor = async (accountId: Types.ObjectId): Promise<SenderDoc> => ({
  ...usualSender(accountId),
  ...((await Sender.findById(accountId).lean()) as SenderDoc | null)
})

export const keyPurpose = (accountId: Types.ObjectId) => `campaign-sender:${accountId.toHexString()}:dkim`

export const signingKeyOf = (hub: Hub, { _id, dkim }: SenderDoc): SigningKey | null =>
  dkim && {
    domain: dkim.domain,
    selector: dkim.selector,
    privateKey: hub.vault.open(dkim.sealed, keyPurpose(_id))
  }
