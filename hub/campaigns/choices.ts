import type { Hub } from '../hub.ts'
import { Purpose, type PurposeDoc } from '../consents/purpose.model.ts'
import { suppressedAmong } from '../suppressions/among.ts'
import { Campaign, type CampaignDoc } from './campaign.model.ts'
import type { Choice } from './page.ts'
import type { RecipientDoc } from './recipient.model.ts'

/** Every kind of message that a recipient may say no to, that of their mail first. */
export async function choicesOf(hub: Hub, { campaignId, address }: RecipientDoc): Promise<Choice[]> {
  const [campaign, purposes] = await Promise.all([
    Campaign.findById(campaignId, { purposeId: 1, channel: 1 }).lean() as Promise<Pick<
      CampaignDoc,
      'purposeId' | 'channel'
    > | null>,
    Purpose.find({ archived: false }).sort({ name: 1 }).lean() as Promise<PurposeDoc[]>
  ])
  const channel = campaign?.channel ?? 'email'
  const own = campaign?.purposeId?.toHexString() ?? null
  const choices = await Promise.all(
    purposes.map(async ({ _id, name }): Promise<Choice> => {
      const id = _id.toHexString()
      const off = await suppressedAmong(hub, channel, [address], id)
      return { id, name, isOff: off.has(address), isThis: id === own }
    })
  )
  const named = choices.some(({ isThis }) => isThis)
  return [
    ...(named ? [] : [{ id: null, name: '', isOff: false, isThis: true }]),
    ...choices.filter(({ isThis }) => isThis),
    ...choices.filter(({ isThis }) => !isThis)
  ]
}
