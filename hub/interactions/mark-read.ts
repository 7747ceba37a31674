import { channelNamed } from '@palabre/channels/registry'
import type { Hub } from '../hub.ts'
import { Message, presentMessage, type MessageDoc } from '../messages/message.model.ts'
import { showAsRead } from '../messages/errands.ts'
import { tellMessage } from '../messages/tell.ts'
import type { Who } from '../sessions/who.ts'
import { findInteraction } from './find.ts'
import type { InteractionDoc } from './interaction.model.ts'
import { holds } from './transfer.ts'
import { writeInteraction } from './write.ts'

/** How many of the last messages of a customer are shown to them as read, at once. */
const shownRead = 50

/** The holder has seen what the customer wrote; where the channel has receipts, the customer sees that. */
export async function markRead(hub: Hub, who: Who, id: string): Promise<InteractionDoc> {
  const interaction = await findInteraction(hub, who, id)
  if (!holds(interaction, who)) return interaction
  const { doc, changed } = await writeInteraction(
    hub,
    id,
    (newest) => (newest.unread === 0 ? null : { set: { unread: 0 }, entries: [] }),
    interaction
  )
  if (changed && channelNamed(doc.channel).abilities.receipts) await tellRead(hub, doc)
  return doc
}

async function tellRead(hub: Hub, interaction: InteractionDoc) {
  const unseen = {
    conversationId: interaction.conversationId,
    interactionId: interaction._id,
    kind: 'in',
    state: 'received'
  } as const
  const messages = (await Message.find(unseen)
    .sort({ at: -1, _id: -1 })
    .limit(shownRead)
    .lean()) as MessageDoc[]
  if (messages.length === 0) return
  await Message.updateMany(
    { _id: { $in: messages.map(({ _id }) => _id) }, state: 'received' },
    { state: 'read' }
  )
  await showAsRead(hub, interaction.channel, messages[0]!)
  for (const message of messages.reverse())
    tellMessage(hub, presentMessage({ ...message, state: 'read' }), interaction)
}
