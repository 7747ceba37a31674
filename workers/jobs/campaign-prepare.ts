import { prepareCampaign } from '@palabre/hub/campaigns/prepare'
import type { RunJob } from './job.ts'

/** Writes down the recipients of a campaign; running twice adds nobody. */
export const prepareCampaignJob: RunJob<'campaign.prepare'> = (hub, { campaignId }) =>
  prepareCampaign(hub, campaignId)
