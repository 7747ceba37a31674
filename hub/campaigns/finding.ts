import type { CampaignFinding } from '@palabre/config/contract/campaign'

/** Something that is to be said of a campaign before it is launched. */
export const finding = (
  severity: CampaignFinding['severity'],
  kind: CampaignFinding['kind'],
  figures: CampaignFinding['figures'] = {}
): CampaignFinding => ({ severity, kind, figures })
