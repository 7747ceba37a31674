import mongoose, { type Types } from 'mongoose'
import type { Rule } from '@palabre/config/contract/audience'
import type { ContactDoc } from '../contacts/contact.model.ts'

type CampaignRule = Extract<Rule, { kind: 'campaign' }>

/** States of a recipient whom a campaign has reached, as far as can be known. */
const received = ['sent', 'unknown', 'bounced', 'complained', 'unsubscribed']

const asked = (is: CampaignRule['is']) => ({
  state: { $in: received },
  ...(is === 'clicked' && { clickedAt: { $type: 'date' } }),
  ...(is === 'notClicked' && { clickedAt: null })
})

/**
 * Of whom a rule about a campaign is true. Recipients are found by their addresses, which each campaign has indexed;
 * whoever was merged since brought theirs along.
 */
export async function trueOfCampaign(
  { campaignId, is }: CampaignRule,
  contacts: readonly Pick<ContactDoc, '_id' | 'points'>[]
): Promise<Types.ObjectId[]> {
  const addresses = contacts.flatMap(({ points }) =>
    points.filter(({ kind }) => kind === 'email' || kind === 'whatsapp').map(({ value }) => value)
  )
  const found = await mongoose.connection
    .collection<{ address: string }>('campaignRecipients')
    .find(
      {
        campaignId: new mongoose.Types.ObjectId(campaignId),
        address: { $in: addresses },
        ...asked(is)
      } as never,
      { projection: { address: 1 } }
    )
    .toArray()
  const reached = new Set(found.map(({ address }) => address))
  return contacts.filter(({ points }) => points.some(({ value }) => reached.has(value))).map(({ _id }) => _id)
}
