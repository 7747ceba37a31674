import type { Hub } from '../hub.ts'
import { Purpose, type PurposeDoc } from '../consents/purpose.model.ts'
import { standingOf } from '../consents/standing.ts'
import { Contact, type ContactDoc } from '../contacts/contact.model.ts'
import { living } from '../contacts/find.ts'
import { isSuppressed } from '../suppressions/among.ts'
import { Campaign, type CampaignDoc } from './campaign.model.ts'
import type { Choice } from './page.ts'
import type { RecipientDoc } from './recipient.model.ts'

/**
 * Every kind of message that a recipient may say no to, that of their mail first. Back again may come what they ended
 * themselves, or took their consent from, as long as nothing ends everything.
 */
export async function choicesOf(
  hub: Hub,
  { campaignId, contactId, address }: Pick<RecipientDoc, 'campaignId' | 'contactId' | 'address'>
): Promise<Choice[]> {
  const [campaign, purposes] = await Promise.all([
    Campaign.findById(campaignId, { purposeId: 1, channel: 1 }).lean() as Promise<Pick<
      CampaignDoc,
      'purposeId' | 'channel'
    > | null>,
    Purpose.find({ archived: false }).sort({ name: 1 }).lean() as Promise<PurposeDoc[]>
  ])
  const channel = campaign?.channel ?? 'email'
  const own = campaign?.purposeId?.toHexString() ?? null
  const contact = contactId && ((await Contact.findById(contactId).lean()) as ContactDoc | null)
  const person = contact && (await living(contact))
  const endsAll = await isSuppressed(hub, channel, address, null)
  const choices = await Promise.all(
    purposes.map(async ({ _id, name }): Promise<Choice> => {
      const id = _id.toHexString()
      const off = await isSuppressed(hub, channel, address, id)
      const said = person && (await standingOf([person], channel, id)).get(person._id.toHexString())
      return {
        id,
        name,
        isOff: off !== null || said === 'withdrawn',
        mayReturn: person !== null && endsAll === null && (off ?? 'unsubscribe') === 'unsubscribe',
        isThis: id === own
      }
    })
  )
  const named = choices.some(({ isThis }) => isThis)
  return [
    ...(named ? [] : [{ id: null, name: '', isOff: endsAll !== null, mayReturn: false, isThis: true }]),
    ...choices.filter(({ isThis }) => isThis),
    ...choices.filter(({ isThis }) => !isThis)
  ]
}
