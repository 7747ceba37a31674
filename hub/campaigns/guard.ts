import type { Types } from 'mongoose'
import type { CampaignCounts } from '@palabre/config/contract/campaign'
import type { Hub } from '../hub.ts'
import { Campaign, type CampaignDoc } from './campaign.model.ts'
import { pauseItself } from './control.ts'
import { readCounts } from './tally.ts'

const percent = (share: number) => `${(share * 100).toFixed(2)} %`

/** What the guard says of these counts: why it should pause, or null. */
export function verdictOf(
  { guard, unguarded }: Pick<CampaignDoc, 'guard' | 'unguarded'>,
  { sent, complaints, hardBounces }: Pick<CampaignCounts, 'sent' | 'complaints' | 'hardBounces'>
): { reason: 'complaints' | 'bounces'; detail: string } | null {
  const tried = sent + hardBounces
  if (unguarded || tried < guard.after) return null
  if (complaints / tried > guard.complaints)
    return {
      reason: 'complaints',
      detail: `${String(complaints)} of ${String(tried)} (${percent(complaints / tried)})`
    }
  if (hardBounces / tried > guard.bounces)
    return {
      reason: 'bounces',
      detail: `${String(hardBounces)} of ${String(tried)} (${percent(hardBounces / tried)})`
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
    { guard: 1, unguarded: 1 }
  ).lean()) as Pick<CampaignDoc, 'guard' | 'unguarded'> | null
  if (!doc) return
  const verdict = verdictOf(doc, known ?? (await readCounts(campaignId)))
  if (verdict) await pauseItself(hub, campaignId, verdict.reason, verdict.detail)
}
