import type { Types } from 'mongoose'
import { longestWriting, type Writing } from '@palabre/config/contract/stepping'
import { floorOf } from '../agents/floor.ts'
import type { Hub } from '../hub.ts'
import { Draft, draftKey } from '../messages/draft.ts'

/** The draft that the hub kept of an agent's answer, as whoever looks on sees it; an empty one when there is none. */
export async function keptWriting(
  hub: Hub,
  interactionId: Types.ObjectId,
  agentId: Types.ObjectId | null
): Promise<Writing | null> {
  const agent = agentId && (await floorOf(hub)).agents.get(agentId.toHexString())
  if (!agent) return null
  const draft = await Draft.findById(draftKey(agent.userId, interactionId)).lean()
  return {
    interactionId: interactionId.toHexString(),
    agentId: agent.id,
    name: agent.name,
    mode: draft?.mode ?? 'reply',
    text: draft?.text.slice(0, longestWriting) ?? '',
    subject: draft?.subject ?? null,
    keptAt: draft?.savedAt.toISOString() ?? null
  }
}
