import type { Types } from 'mongoose'
import type { Message as MessageWire } from '@palabre/config/contract/message'
import type { Hub } from '../hub.ts'
import type { InteractionDoc } from '../interactions/interaction.model.ts'
import { bookkeepingMs } from '../record/change.ts'
import { writingOf } from '../stepping/look-on.ts'
import { Message } from './message.model.ts'

/**
 * Tells a message to whoever has its conversation open, to its owner, and (not notes) to the customer's client. A
 * whisper is told to the agent whom it is for, and to supervisors who look on.
 */
export function tellMessage(
  hub: Hub,
  message: MessageWire,
  interaction: Pick<InteractionDoc, '_id' | 'agentId' | 'conversationId'>
) {
  hub.stream.publish({
    name: 'message.changed',
    payload: { message },
    topics: message.whisper
      ? [writingOf(interaction._id.toHexString()), `agent:${message.whisper.agentId}`]
      : [
          `interaction:${interaction._id.toHexString()}`,
          ...(interaction.agentId ? [`agent:${interaction.agentId.toHexString()}`] : []),
          ...(message.kind === 'note' ? [] : [`conversation:${interaction.conversationId.toHexString()}`])
        ]
  })
}

const settling = new WeakMap<Hub, Types.ObjectId[]>()

/** Marks messages as placed and told, in groups a moment later: only bookkeeping, so it need not wait for the journal. */
export function settleMessages(hub: Hub, ids: Types.ObjectId[]) {
  const waiting = settling.get(hub)
  if (waiting) {
    waiting.push(...ids)
    return
  }
  const batch = [...ids]
  settling.set(hub, batch)
  setTimeout(() => {
    settling.delete(hub)
    hub.stream
      .settle()
      .then(() =>
        Message.collection.updateMany(
          { _id: { $in: batch } } as never,
          { $set: { pendingAt: null } } as never,
          {
            writeConcern: { w: 1 }
          }
        )
      )
      .catch((error: unknown) => {
        hub.log.warn({ err: error }, 'messages could not be settled; the sweep will find them')
      })
  }, bookkeepingMs)
}
