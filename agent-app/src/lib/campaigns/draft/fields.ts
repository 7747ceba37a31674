import type { Campaign, CampaignFields } from '@palabre/config/contract/campaign'

/** What may be written of a campaign. */
export const fieldsOf = ({
  name,
  channel,
  accountId,
  audience,
  purposeId,
  message,
  template,
  test,
  tracking,
  timeZone,
  hours,
  inTheirZone,
  perSecond,
  guard
}: CampaignFields | Campaign): CampaignFields => ({
  name,
  channel,
  accountId,
  audience,
  purposeId,
  message,
  template,
  test,
  tracking,
  timeZone,
  hours,
  inTheirZone,
  perSecond,
  guard
})
