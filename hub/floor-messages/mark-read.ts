import type { Hub } from '../hub.ts'
import type { Who } from '../sessions/who.ts'
import { findFloorMessage } from './find.ts'
import { FloorMessage, type FloorMessageDoc } from './floor-message.model.ts'
import { presentFloorMessage } from './present.ts'
import { tellFloorMessage, tellSeen } from './tell.ts'
import { found } from '../refuse.ts'

/** Notes that somebody has seen a message; an agent may say that she took note of it. */
export async function markFloorMessageRead(hub: Hub, who: Who, id: string, acknowledged: boolean) {
  const { doc, viewer } = await findFloorMessage(hub, who, id)
  const known = found(presentFloorMessage(doc, viewer))
  const own = doc.sides.find(({ agentId }) => viewer.agentId?.equals(agentId))
  const takesNote = acknowledged && own?.acknowledgedAt === null
  if (!known.unread && !takesNote && own?.readAt !== null) return known
  const now = new Date()
  const written = found(
    (await FloorMessage.findOneAndUpdate(
      own ? { _id: doc._id, 'sides.agentId': own.agentId } : { _id: doc._id },
      {
        $set: {
          tellAt: now,
          ...(own && { 'sides.$.readAt': now, ...(takesNote && { 'sides.$.acknowledgedAt': now }) }),
          ...(known.seenAs === 'lead' && { [`lookedAt.${viewer.userId.toHexString()}`]: now })
        },
        $inc: { version: 1 }
      } as never,
      { returnDocument: 'after' }
    ).lean()) as FloorMessageDoc | null
  )
  if (own) await tellSeen(hub, written, own.agentId)
  else await tellFloorMessage(hub, written, [])
  return found(presentFloorMessage(written, viewer))
}
