import type { Hub } from '../hub.ts'
import { holds } from '../interactions/transfer.ts'
import { refuse } from '../refuse.ts'
import { may, type Who } from '../sessions/who.ts'
import { tellStored } from './delivery.ts'
import { Message, type MessageDoc } from './message.model.ts'
import { findMessage } from './undo.ts'

/** Has the files of a received message that could not be had asked for again, from the first attempt on. */
export async function fetchAgain(hub: Hub, who: Who, id: string): Promise<MessageDoc> {
  const { interaction, message } = await findMessage(hub, who, id)
  if (!holds(interaction, who) && !may(who, 'interaction:assign')) return refuse('not-yours')
  const mediaAt = new Date()
  const written = (await Message.findOneAndUpdate(
    { _id: message._id, kind: 'in', mediaAt: null, 'media.failure': { $type: 'string' } } as never,
    {
      $set: { mediaAt, mediaAttempts: 0, failure: null },
      $unset: { 'media.$[].failure': '' }
    } as never,
    { returnDocument: 'after' }
  ).lean()) as MessageDoc | null
  if (!written) return refuse('wrong-state')
  hub.schedule('media.fetch', { messageId: id }, { key: `${id}-${String(+mediaAt)}`, at: mediaAt })
  await tellStored(hub, written)
  return written
}
