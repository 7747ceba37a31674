import { Schema, model, type Types } from 'mongoose'
import type { CampaignCounts } from '@palabre/config/contract/campaign'

/** What is counted of a campaign, in each of its tallies. */
export const measures = [
  'recipients',
  'waiting',
  'deferred',
  'sent',
  'delivered',
  'read',
  'unknown',
  'failed',
  'suppressed',
  'stopped',
  'hardBounces',
  'softBounces',
  'complaints',
  'unsubscribes',
  'opened',
  'clicked',
  'clicks',
  'replies',
  'autoReplies'
] as const satisfies readonly (keyof CampaignCounts)[]
export type Measure = (typeof measures)[number]

/** In all, by receiving domain, by subject, by link, and by five minutes (seconds since 1970). */
export type TallyKind = 'all' | 'domain' | 'subject' | 'link' | 'slot'

/** Counts of a part of a campaign; kept as things happen, and put right by a count of the recipients. */
export interface TallyDoc extends Partial<Record<Measure, number>> {
  /** `<campaign>:<kind>:<key>`. */
  _id: string
  campaignId: Types.ObjectId
  kind: TallyKind
  key: string
}

const schema = new Schema<TallyDoc>(
  {
    _id: String,
    campaignId: 'ObjectId',
    kind: String,
    key: String,
    ...Object.fromEntries(measures.map((measure) => [measure, Number]))
  } as never,
  { collection: 'campaignTallies', versionKey: false, strict: 'throw' }
)
schema.index({ campaignId: 1, kind: 1 })

export const Tally = model<TallyDoc>('CampaignTally', schema)

export const tallyId = (campaignId: Types.ObjectId, kind: TallyKind, key: string) =>
  `${campaignId.toHexString()}:${kind}:${key}`

export const noCounts = (): CampaignCounts =>
  Object.fromEntries(measures.map((measure) => [measure, 0])) as CampaignCounts

/** Counts never show below zero, however two that count at once overtook each other. */
export const countsOf = (tally: Partial<Record<Measure, number>> | null | undefined): CampaignCounts =>
  Object.fromEntries(
    measures.map((measure) => [measure, Math.max(0, tally?.[measure] ?? 0)])
  ) as CampaignCounts
