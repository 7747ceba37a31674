import { Types } from 'mongoose'
import type { InboundMessage } from '@palabre/channels/channel'
import type { Hub } from '../hub.ts'
import { Campaign, type CampaignDoc } from './campaign.model.ts'
import { provesLeaving } from './feedback.ts'
import { Recipient, type RecipientDoc } from './recipient.model.ts'
import { count } from './tally.ts'

/** The campaign that a message answers. */
export interface Answered {
  recipientId: Types.ObjectId
  campaignId: Types.ObjectId
  campaignName: string
}

/** Which of these ids of ours (proved by our signature) are of a campaign's mail. */
export async function campaignsAnswered(ids: readonly string[]): Promise<Map<string, Answered>> {
  const wanted = ids.filter((id) => Types.ObjectId.isValid(id))
  if (wanted.length === 0) return new Map()
  const recipients = (await Recipient.find({ _id: { $in: wanted } }, { campaignId: 1 }).lean()) as Pick<
    RecipientDoc,
    '_id' | 'campaignId'
  >[]
  if (recipients.length === 0) return new Map()
  const campaigns = (await Campaign.find(
    { _id: { $in: recipients.map(({ campaignId }) => campaignId) } },
    { name: 1 }
  ).lean()) as Pick<CampaignDoc, '_id' | 'name'>[]
  const names = new Map(campaigns.map(({ _id, name }) => [_id.toHexString(), name]))
  return new Map(
    recipients.map(({ _id, campaignId }) => [
      _id.toHexString(),
      { recipientId: _id, campaignId, campaignName: names.get(campaignId.toHexString()) ?? '' }
    ])
  )
}

/** Notes that a recipient answered, or that a program did for them. Of what is no answer to a campaign nothing is noted. */
export async function noteReply(hub: Hub, { thread, automatic }: InboundMessage): Promise<void> {
  const own = (thread?.own ?? []).filter((id) => Types.ObjectId.isValid(id))
  if (own.length === 0) return
  const recipient = (await Recipient.findOne({ _id: { $in: own } }).lean()) as RecipientDoc | null
  if (!recipient) return
  const field = automatic === undefined ? 'repliedAt' : 'autoRepliedAt'
  const { modifiedCount } = await Recipient.updateOne({ _id: recipient._id, [field]: null } as never, {
    $set: { [field]: new Date() }
  })
  if (modifiedCount > 0) count(hub, recipient, field === 'repliedAt' ? { replies: 1 } : { autoReplies: 1 })
  await provesLeaving(hub, recipient)
}
