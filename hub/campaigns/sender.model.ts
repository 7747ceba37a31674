import { Schema, model, type Types } from 'mongoose'
import type { BulkPace, SigningKey } from '@palabre/channels/bulk'
import { channelNamed } from '@palabre/channels/registry'
import type { AccountDoc } from '../accounts/account.model.ts'
import type { Hub } from '../hub.ts'
import type { WarmUp } from './warm-up.ts'

/** How one account sends campaigns. Its id is the account's; without a record everything is as usual. */
export interface SenderDoc {
  _id: Types.ObjectId
  version: number
  perSecond: number
  perDomain: number
  lines: number
  /** Different people who may be written to in any 24 hours; null: as many as one likes. */
  tier: number | null
  /** All of these were: until then nothing is looked for. */
  restUntil: Date | null
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
    tier: { type: Number, default: undefined },
    restUntil: { type: Date, default: null },
    warmUp: { type: Object, default: null },
    dkim: { type: Object, default: null },
    days: { type: Object, default: {} },
    trouble: { type: String, default: '' }
  },
  { collection: 'campaignSenders', versionKey: false, minimize: false, strict: 'throw' }
)

export const Sender = model<SenderDoc>('CampaignSender', schema)

/** What an account may that nobody has said anything of; `pace` is its channel's. */
export const usualSender = (_id: Types.ObjectId, pace?: BulkPace): SenderDoc => ({
  _id,
  version: 0,
  perSecond: 50,
  perDomain: 10,
  lines: 10,
  tier: null,
  restUntil: null,
  ...pace,
  warmUp: null,
  dkim: null,
  days: {},
  trouble: ''
})

export const senderFor = async (accountId: Types.ObjectId, pace?: BulkPace): Promise<SenderDoc> => ({
  ...usualSender(accountId, pace),
  ...((await Sender.findById(accountId).lean()) as SenderDoc | null)
})

/** How an account sends, with what is usual on its channel. Where a platform has no lanes of its own, one is all. */
export async function senderOf({ _id, channel }: Pick<AccountDoc, '_id' | 'channel'>): Promise<SenderDoc> {
  const pace = channelNamed(channel).bulkTemplates?.usual
  const sender = await senderFor(_id, pace)
  return pace ? { ...sender, perDomain: sender.perSecond } : sender
}

export const keyPurpose = (accountId: Types.ObjectId) => `campaign-sender:${accountId.toHexString()}:dkim`

export const signingKeyOf = (hub: Hub, { _id, dkim }: SenderDoc): SigningKey | null =>
  dkim && {
    domain: dkim.domain,
    selector: dkim.selector,
    privateKey: hub.vault.open(dkim.sealed, keyPurpose(_id))
  }
