import type { ConsentWay } from '@palabre/config/contract/consent'
import type { SuppressionReason } from '@palabre/config/contract/suppression'
import { noteAnswered } from '../consents/answered.ts'
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
 * Writes down that a recipient gave up what the campaign was for, or everything, or these purposes.
 */
export async function noteGivenUp(
  hub: Hub,
  { campaignId, contactId, address }: Pick<RecipientDoc, 'campaignId' | 'contactId' | 'address'>,
  { everything = false, purposeIds, way }: { everything?: boolean; purposeIds?: string[]; way: ConsentWay }
): Promise<void> {
  const campaign = await aboutOf(campaignId)
  if (!campaign || !contactId) return
  // What came without a purpose ends everything, as its suppression does.
  const named = purposeIds ?? (campaign.purposeId ? [campaign.purposeId.toHexString()] : null)
  await noteAnswered(hub, {
    contactId,
    channel: campaign.channel,
    address,
    campaign: { id: campaignId, name: campaign.name },
    state: 'withdrawn',
    purposeIds: everything ? null : named,
    way
  })
}

type About = Pick<CampaignDoc, 'name' | 'channel' | 'purposeId'>

export const aboutOf = async (campaignId: RecipientDoc['campaignId']): Promise<About | null> =>
  (await Campaign.findById(campaignId, { name: 1, channel: 1, purposeId: 1 }).lean()) as About | null

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
  const campaign = await aboutOf(recipient.campaignId)
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
