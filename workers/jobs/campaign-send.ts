import { sendCampaigns } from '@palabre/hub/campaigns/send'
import type { RunJob } from './job.ts'

/** Sends what is due of an account's campaigns; of several at once only one does. */
export const sendCampaignsJob: RunJob<'campaign.send'> = (hub, { accountId }) => sendCampaigns(hub, accountId)
