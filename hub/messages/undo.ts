import type { Hub } from '../hub.ts'
import { findInteraction } from '../interactions/find.ts'
import type { InteractionDoc } from '../interactions/interaction.model.ts'
import { reopenInteraction } from '../interactions/reopen.ts'
import { holds } from '../interactions/transfer.ts'
import { found, refuse } from '../refuse.ts'
import { may, type Who } from '../sessions/who.ts'
import { tellStored } from './delivery.ts'
import { Message, type MessageDoc } from './message.model.ts'
import { readerOf } from './whisper.ts'

/** The message and its interaction, when it is within the asker's scope and they may read it; notes and received ones included. */
export async function findMessage(
  hub: Hub,
  who: Who,
  id: string
): Promise<{ message: MessageDoc; interaction: InteractionDoc }> {
  const message = found((await Message.findById(id).lean()) as MessageDoc | null)
  if (message.whisper && !(await readerOf(hub, who))(message)) return refuse('not-found')
  const interaction = await findInteraction(hub, who, found(message.interactionId).toHexString())
  return { message, interaction }
}

/** Calls back a message that has not left; the text goes back into the writer's draft by the app. */
export async function undoMessage(hub: Hub, who: Who, id: string): Promise<MessageDoc> {
  const { interaction, message } = await findMessage(hub, who, id)
  const wrote = message.author.id !== null && message.author.id === who.agentId?.toHexString()
  if (!wrote && !holds(interaction, who) && !may(who, 'interaction:assign')) return refuse('not-yours')
  const written = (await Message.findOneAndUpdate(
    { _id: id, kind: 'out', state: { $in: ['queued', 'scheduled'] }, attempts: 0 },
    { $set: { state: 'cancelled', sendAt: null } },
    { returnDocument: 'after' }
  ).lean()) as MessageDoc | null
  if (!written) return refuse('too-late')
  if (interaction.state === 'closed' && interaction.closedAt && interaction.closedAt >= message.at)
    await reopenInteraction(hub, who, interaction)
  await tellStored(hub, written)
  return written
}

/** Sends a failed message again, from the first attempt on. */
export async function retryMessage(hub: Hub, who: Who, id: string): Promise<MessageDoc> {
  const { interaction } = await findMessage(hub, who, id)
  if (!holds(interaction, who) && !may(who, 'interaction:assign')) return refuse('not-yours')
  const sendAt = new Date()
  const written = (await Message.findOneAndUpdate(
    { _id: id, kind: 'out', state: 'failed' },
    { $set: { state: 'queued', sendAt, attempts: 0, failure: null, claim: null } },
    { returnDocument: 'after' }
  ).lean()) as MessageDoc | null
  if (!written) return refuse('wrong-state')
  hub.schedule('message.send', { messageId: id }, { key: `${id}-${String(+sendAt)}`, at: sendAt })
  await tellStored(hub, written)
  return written
}
