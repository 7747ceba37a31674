import { Types } from 'mongoose'
import type { Input } from '@palabre/config/contract/define'
import type { whisper } from '@palabre/config/contract/stepping'
import { floorOf } from '../agents/floor.ts'
import type { Hub } from '../hub.ts'
import { refuse } from '../refuse.ts'
import type { Who } from '../sessions/who.ts'
import { findOverseen, oversightOf } from '../stepping/oversight.ts'
import { appendMessage } from './append.ts'
import { messageFrom, type MessageDoc } from './message.model.ts'

/**
 * Writes a note that only the agent who holds the interaction and supervisors ever see, whoever gets it later. Refuses
 * `changed-meanwhile` when somebody else holds it by now, `wrong-state` when nobody works on it.
 */
export async function whisperTo(
  hub: Hub,
  who: Who,
  id: string,
  { clientId, agentId, text }: Input<typeof whisper>['body']
): Promise<MessageDoc> {
  const interaction = await findOverseen(hub, who, id)
  if (interaction.state !== 'active' && interaction.state !== 'wrapup') return refuse('wrong-state')
  if (!interaction.agentId?.equals(agentId)) return refuse('changed-meanwhile')
  if (who.agentId?.equals(agentId)) return refuse('wrong-state', 'It is in your own hands')
  const agent = (await floorOf(hub)).agents.get(agentId)
  const message = messageFrom({
    _id: new Types.ObjectId(),
    accountId: interaction.accountId,
    clientId,
    interactionId: interaction._id,
    conversationId: interaction.conversationId,
    kind: 'note',
    address: '',
    author: { kind: 'agent', id: who.agentId?.toHexString() ?? null, name: who.name },
    text,
    whisper: { agentId, name: agent?.name ?? '', queueId: interaction.queueId.toHexString() },
    state: 'sent'
  })
  return appendMessage(hub, message, interaction)
}

/** Tells of a message whether somebody may read it: a whisper is for one agent, and for supervisors of its queue. */
export async function readerOf(
  hub: Hub,
  who: Who
): Promise<(message: Pick<MessageDoc, 'whisper'>) => boolean> {
  const oversight = await oversightOf(hub, who)
  const own = who.agentId?.toHexString()
  return ({ whisper: to }) =>
    !to || to.agentId === own || (oversight !== null && (oversight.all || oversight.queueIds.has(to.queueId)))
}
