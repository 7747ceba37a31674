import type { Types } from 'mongoose'
import type { CampaignCounts } from '@palabre/config/contract/campaign'
import type { Hub } from '../hub.ts'
import { Campaign, type CampaignDoc } from './campaign.model.ts'
import { pauseItself } from './control.ts'
import { readCounts } from './tally.ts'

const percent = (share: number) => `${(share * 100).toFixed(2)} %`

type Watched = Pick<CampaignDoc, 'guard' | 'unguarded'> & Partial<Pick<CampaignDoc, 'template'>>

/**
 * What the guard says of these counts: why it should pause, or null. Of mail it watches dead addresses; of templates,
 * where a platform says of each why it failed and no address is known to be dead, all that failed.
 */
export function verdictOf(
  { guard, unguarded, template }: Watched,
  {
    sent,
    complaints,
    hardBounces,
    failed = 0
  }: Pick<CampaignCounts, 'sent' | 'complaints' | 'hardBounces'> & Partial<Pick<CampaignCounts, 'failed'>>
): { reason: 'complaints' | 'bounces' | 'failures'; detail: string } | null {
  const lost = template ? failed : hardBounces
  const tried = sent + lost
  if (unguarded || tried < guard.after) return null
  if (complaints / tried > guard.complaints)
    return {
      reason: 'complaints',
      detail: `${String(complaints)} of ${String(tried)} (${percent(complaints / tried)})`
    }
  if (lost / tried > guard.bounces)
    return {
      reason: template ? 'failures' : 'bounces',
      detail: `${String(lost)} of ${String(tried)} (${percent(lost / tried)})`
    }
  return null
}

/** Pauses a running campaign that too many complain of, or whose addresses are dead. */
export async function guardCampaign(
  hub: Hub,
  campaignId: Types.ObjectId,
  known?: CampaignCounts
): Promise<void> {
  const doc = (await Campaign.findOne(
    { _id: campaignId, state: 'running' },
    { guard: 1, unguarded: 1, template: 1 }
  ).lean()) as Watched | null
  if (!doc) return
  const verdict = verdictOf(doc, known ?? (await readCounts(campaignId)))
  if (verdict) await pauseItself(hub, campaignId, verdict.reason, verdict.detail)
}
