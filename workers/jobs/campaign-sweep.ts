import { sweepCampaigns } from '@palabre/hub/campaigns/sweep'
import type { RunJob } from './job.ts'

/** Begins, ends and watches campaigns. */
export const sweepCampaignsJob: RunJob<'campaign.sweep'> = (hub) => sweepCampaigns(hub)
