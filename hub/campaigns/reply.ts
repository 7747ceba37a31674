import { Types } from 'mongoose'
import type { InboundMessage } from '@palabre/channels/channel'
import type { Hub } from '../hub.ts'
import { Campaign, type CampaignDoc } from './campaign.model.ts'
import { provesLeaving } from './feedback.ts'
import { Recipient, type RecipientDoc } from './recipient.model.ts'
import { showSent } from './show-sent.ts'
import { count } from './tally.ts'

/** The campaign that a message answers. */
export interface Answered {
  recipientId: Types.ObjectId
  campaignId: Types.ObjectId
  campaignName: string
}

const mostIds = 1000

/** What has one of these ids: ours (proved by our signature), or a platform's of a message of ours. */
function named(ids: readonly string[]) {
  const [own, theirs] = [ids.filter(isOwn), ids.filter((id) => !isOwn(id))].map((some) =>
    some.slice(0, mostIds)
  )
  return {
    $or: [
      { _id: { $in: own?.map((id) => new Types.ObjectId(id)) ?? [] } },
      { externalId: { $in: theirs ?? [], $type: 'string' as const } }
    ]
  }
}

const isOwn = (id: string) => /^[0-9a-f]{24}$/.test(id)

/** Which of these ids of ours are of a campaign's message. */
export async function campaignsAnswered(ids: readonly string[]): Promise<Map<string, Answered>> {
  if (ids.length === 0) return new Map()
  const recipients = (await Recipient.find(named(ids) as never, {
    campaignId: 1,
    externalId: 1
  }).lean()) as Pick<RecipientDoc, '_id' | 'campaignId' | 'externalId'>[]
  if (recipients.length === 0) return new Map()
  const campaigns = (await Campaign.find(
    { _id: { $in: recipients.map(({ campaignId }) => campaignId) } },
    { name: 1 }
  ).lean()) as Pick<CampaignDoc, '_id' | 'name'>[]
  const names = new Map(campaigns.map(({ _id, name }) => [_id.toHexString(), name]))
  return new Map(
    recipients.flatMap(({ _id, campaignId, externalId }) => {
      const campaignName = names.get(campaignId.toHexString()) ?? ''
      const answered = { recipientId: _id, campaignId, campaignName }
      return [_id.toHexString(), externalId].flatMap((id) =>
        id === undefined ? [] : [[id, answered] as const]
      )
    })
  )
}

/**
 * Notes that a recipient answered, or that a program did for them, and shows what they answered where they did. Of what
 * is no answer to a campaign nothing is noted.
 */
export async function noteReply(hub: Hub, event: InboundMessage): Promise<void> {
  const { thread, automatic, address } = event
  const ids = thread?.own ?? []
  if (ids.length === 0) return
  const recipient = (await Recipient.findOne(named(ids) as never).lean()) as RecipientDoc | null
  if (!recipient) return
  const isByTheirId = !ids.includes(recipient._id.toHexString())
  // A platform's id is no secret of whom it was sent to.
  if (isByTheirId && recipient.address !== address) return
  const field = automatic === undefined ? 'repliedAt' : 'autoRepliedAt'
  const { modifiedCount } = await Recipient.updateOne({ _id: recipient._id, [field]: null } as never, {
    $set: { [field]: new Date() }
  })
  if (modifiedCount > 0) count(hub, recipient, field === 'repliedAt' ? { replies: 1 } : { autoReplies: 1 })
  await provesLeaving(hub, recipient)
  if (recipient.externalId !== undefined) await showSent(hub, recipient, event)
}
