import { Types } from 'mongoose'
import type { Hub } from '../hub.ts'
import { found } from '../refuse.ts'
import type { Who } from '../sessions/who.ts'
import { FloorMessage, type FloorMessageDoc } from './floor-message.model.ts'
import { sidesFor } from './present.ts'
import { viewerOf, type Viewer } from './viewer.ts'

/** The message with who asks, when it is any business of theirs; else `not-found`. */
export async function findFloorMessage(
  hub: Hub,
  who: Who,
  id: string
): Promise<{ doc: FloorMessageDoc; viewer: Viewer; as: 'self' | 'lead' }> {
  const [doc, viewer] = await Promise.all([
    FloorMessage.findById(id).lean() as Promise<FloorMessageDoc | null>,
    viewerOf(hub, who)
  ])
  const message = found(doc)
  return { doc: message, viewer, as: found(sidesFor(message, viewer)).as }
}

/** What a viewer may see, as a filter. */
export function visibleTo({ userId, agentId, led }: Viewer): Record<string, unknown> {
  const ids = led()
  if (ids === null) return {}
  const agents = [...ids.map((id) => new Types.ObjectId(id)), ...(agentId ? [agentId] : [])]
  return { $or: [{ 'sides.agentId': { $in: agents } }, { 'author.userId': userId }] }
}
