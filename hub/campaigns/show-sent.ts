import type { InboundMessage } from '@palabre/channels/channel'
import type { Hub } from '../hub.ts'
import { loadInteraction } from '../interactions/find.ts'
import { tellStored } from '../messages/delivery.ts'
import { Message, messageFrom, type MessageDoc } from '../messages/message.model.ts'
import { textOf } from '../templates/fill.ts'
import { Campaign, type CampaignDoc } from './campaign.model.ts'
import type { RecipientDoc } from './recipient.model.ts'
import { blankWriterFor } from './running.ts'

const duplicateKey = 11000

/**
 * Puts what a campaign sent to somebody into the conversation in which they answer it, where it stands before the
 * answer. Its id there is the recipient's, so it stands there once.
 */
export async function showSent(
  hub: Hub,
  recipient: RecipientDoc,
  { externalId }: Pick<InboundMessage, 'externalId'>
): Promise<void> {
  const answer = (await Message.findOne({
    accountId: recipient.accountId,
    externalId: { $eq: externalId, $type: 'string' }
  }).lean()) as MessageDoc | null
  if (!answer?.interactionId) return
  const interaction = await loadInteraction(answer.interactionId.toHexString())
  const campaign = (await Campaign.findById(recipient.campaignId, {
    name: 1,
    template: 1,
    approved: 1
  }).lean()) as Pick<CampaignDoc, 'name' | 'template' | 'approved'> | null
  if (!interaction || !campaign?.approved) return
  const { template } = blankWriterFor(campaign).fill(recipient)
  const sent = messageFrom({
    _id: recipient._id,
    accountId: recipient.accountId,
    externalId: recipient.externalId,
    kind: 'out',
    address: recipient.address,
    author: { kind: 'system', id: null, name: campaign.name },
    text: textOf(campaign.approved, template.values),
    template,
    state: recipient.readAt ? 'read' : recipient.deliveredAt ? 'delivered' : 'sent',
    at: recipient.sentAt ?? recipient.leftAt ?? answer.at,
    sentAt: recipient.sentAt,
    interactionId: interaction._id,
    conversationId: interaction.conversationId,
    pendingAt: null
  })
  try {
    await Message.collection.insertOne(sent as never)
    await tellStored(hub, sent)
  } catch (error) {
    if ((error as { code?: number }).code !== duplicateKey) throw error
  }
  if (answer.answersId) return
  await Message.updateOne({ _id: answer._id }, { $set: { answersId: recipient._id } })
  await tellStored(hub, { ...answer, answersId: recipient._id })
}
