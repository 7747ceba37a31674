import type { SuppressionReason } from '@palabre/config/contract/suppression'
import type { Hub } from '../hub.ts'
import { suppressedAmong } from '../suppressions/among.ts'
import { suppress } from '../suppressions/suppress.ts'
import { Campaign, type CampaignDoc } from './campaign.model.ts'
import type { RecipientDoc } from './recipient.model.ts'

type Addressed = Pick<RecipientDoc, 'address'>

/** Who of these may not be written to (any more) for what the campaign is for, and why. */
export const leftOut = (
  hub: Hub,
  { channel, purposeId }: Pick<CampaignDoc, 'channel' | 'purposeId'>,
  recipients: readonly Addressed[]
): Promise<Map<string, SuppressionReason>> =>
  suppressedAmong(
    hub,
    channel,
    recipients.map(({ address }) => address),
    purposeId?.toHexString() ?? null
  )

/**
 * Writes to this address no more. A dead address and one whose owner complained get nothing from any campaign; who takes
 * themselves off is off for what the campaign was for, or for everything.
 */
export async function takeOff(
  hub: Hub,
  recipient: Pick<RecipientDoc, 'address' | 'campaignId'>,
  reason: Extract<SuppressionReason, 'hard-bounce' | 'complaint' | 'unsubscribe'>,
  { everything = reason !== 'unsubscribe', purposeIds }: { everything?: boolean; purposeIds?: string[] } = {}
): Promise<void> {
  const campaign = (await Campaign.findById(recipient.campaignId, {
    name: 1,
    channel: 1,
    purposeId: 1
  }).lean()) as Pick<CampaignDoc, 'name' | 'channel' | 'purposeId'> | null
  const own = campaign?.purposeId?.toHexString() ?? null
  await suppress(
    hub,
    (everything ? [null] : (purposeIds ?? [own])).map((purposeId) => ({
      kind: campaign?.channel === 'whatsapp' ? 'phone' : 'email',
      address: recipient.address,
      purposeId,
      reason,
      note: campaign?.name ?? ''
    }))
  )
}
