import { model, type Types } from 'mongoose'
import type {
  Campaign as CampaignWire,
  CampaignCounts,
  CampaignFields,
  CampaignProgress,
  CampaignState,
  CampaignSummary
} from '@palabre/config/contract/campaign'
import { loggedSchema, type Logged } from '../record/logged.ts'
import { told } from '../record/relay.ts'
import { idText, timeText } from '../wire.ts'
import type { CompiledMessage } from './message.ts'
import type { ApprovedTemplate } from './template-message.ts'
import { noCounts } from './tally.model.ts'

/** One thing sent to many, each their own. What became of it is counted beside it, in tallies. */
export interface CampaignDoc extends Logged, Omit<CampaignFields, 'accountId' | 'purposeId'> {
  accountId: Types.ObjectId
  purposeId: Types.ObjectId | null
  archived: boolean
  state: CampaignState
  startsAt: { local: string; at: Date } | null
  startedAt: Date | null
  preparedAt: Date | null
  /** The contact of the last recipient that was written down. */
  preparedUntil: string | null
  endedAt: Date | null
  pause: { reason: NonNullable<CampaignWire['pause']>['reason']; detail: string; at: Date } | null
  winner: { id: string; by: 'clicks' | 'hand'; at: Date } | null
  /** The guard does not watch any more: somebody let it go on in spite of it. */
  unguarded: boolean
  /** The message as it was when it was launched. */
  compiled: CompiledMessage | null
  /** The template as it was when it was launched. */
  approved?: ApprovedTemplate | null
  createdBy: string
  createdAt: Date
}

const schema = loggedSchema<CampaignDoc>(
  {
    name: String,
    channel: String,
    accountId: 'ObjectId',
    audience: { type: Object, default: null },
    purposeId: { type: 'ObjectId', default: null },
    message: { type: Object, default: null },
    template: { type: Object, default: null },
    test: { type: Object, default: null },
    tracking: Object,
    timeZone: String,
    hours: { type: Object, default: null },
    inTheirZone: Boolean,
    perSecond: { type: Number, default: null },
    guard: Object,
    archived: { type: Boolean, default: false },
    state: String,
    startsAt: { type: Object, default: null },
    startedAt: { type: Date, default: null },
    preparedAt: { type: Date, default: null },
    preparedUntil: { type: String, default: null },
    endedAt: { type: Date, default: null },
    pause: { type: Object, default: null },
    winner: { type: Object, default: null },
    unguarded: { type: Boolean, default: false },
    compiled: { type: Object, default: null },
    approved: { type: Object, default: null },
    createdBy: String,
    createdAt: Date
  },
  'campaigns'
)
schema.index({ updatedAt: -1, _id: -1 })
// The few that are under way or wait for their time.
schema.index({ state: 1, accountId: 1 })

export const Campaign = model<CampaignDoc>('Campaign', schema)

export const presentProgress = (doc: CampaignDoc, counts: CampaignCounts): CampaignProgress => ({
  id: doc._id.toHexString(),
  version: doc.version,
  name: doc.name,
  state: doc.state,
  startsAt: doc.startsAt && { local: doc.startsAt.local, at: doc.startsAt.at.toISOString() },
  startedAt: timeText(doc.startedAt),
  preparedAt: timeText(doc.preparedAt),
  endedAt: timeText(doc.endedAt),
  pause: doc.pause && { ...doc.pause, at: doc.pause.at.toISOString() },
  winner: doc.winner && { ...doc.winner, at: doc.winner.at.toISOString() },
  counts
})

export const presentSummary = (doc: CampaignDoc, counts: CampaignCounts): CampaignSummary => ({
  ...presentProgress(doc, counts),
  channel: doc.channel,
  accountId: doc.accountId.toHexString(),
  audience: doc.audience,
  purposeId: idText(doc.purposeId),
  test: doc.test,
  tracking: doc.tracking,
  timeZone: doc.timeZone,
  hours: doc.hours,
  inTheirZone: doc.inTheirZone,
  perSecond: doc.perSecond,
  guard: doc.guard,
  archived: doc.archived,
  createdBy: doc.createdBy,
  createdAt: doc.createdAt.toISOString(),
  updatedAt: doc.updatedAt.toISOString()
})

export const presentCampaign = (doc: CampaignDoc, counts: CampaignCounts): CampaignWire => ({
  ...presentSummary(doc, counts),
  message: doc.message,
  template: doc.template
})

/** Counts are told by whoever counts; a change of the record is told with those that were told last. */
const lastCounts = new Map<string, CampaignCounts>()
const countsKept = 200

/** Remembers the counts that the next telling of the campaign carries. */
export function rememberCounts(id: string, counts: CampaignCounts) {
  lastCounts.delete(id)
  lastCounts.set(id, counts)
  for (const key of lastCounts.keys()) {
    if (lastCounts.size <= countsKept) break
    lastCounts.delete(key)
  }
}

export const campaignTold = told<CampaignDoc>({
  noun: 'campaign',
  model: Campaign,
  tell: (doc) => [
    {
      name: 'campaign.changed',
      payload: { campaign: presentProgress(doc, lastCounts.get(doc._id.toHexString()) ?? noCounts()) },
      topics: ['campaigns']
    }
  ],
  dimensions: (doc) => ({ channel: doc.channel })
})
