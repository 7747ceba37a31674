import { Types } from 'mongoose'
import { channelNamed } from '@palabre/channels/registry'
import type { Queue } from '@palabre/config/contract/setting'
import type { AccountDoc } from '../accounts/account.model.ts'
import { releaseHold } from '../agents/holds.ts'
import { ensureContactAt } from '../contacts/ensure.ts'
import { Conversation } from '../conversations/conversation.model.ts'
import type { Hub } from '../hub.ts'
import { actorOf, agentOf, type Who } from '../sessions/who.ts'
import { idText } from '../wire.ts'
import { Interaction, interactionTold, type InteractionDoc } from './interaction.model.ts'
import { newInteraction } from './new-interaction.ts'
import { takePlace } from './take.ts'
import { writeInteraction } from './write.ts'

/**
 * Begins work of our own with somebody at an address: it is in its agent's hands from the start, and takes a place
 * there. Refuses `over-capacity` and `not-ready`.
 */
export async function beginOutbound(
  hub: Hub,
  who: Who,
  account: AccountDoc,
  queue: Queue,
  address: string
): Promise<InteractionDoc> {
  const agentId = agentOf(who)
  const { medium, point } = channelNamed(account.channel)
  const contact = await ensureContactAt(point, address, account.channel)
  const now = new Date()
  const _id = new Types.ObjectId()
  await takePlace(hub, agentId, { _id, medium })
  const conversationId = new Types.ObjectId()
  const interaction = newInteraction(
    {
      _id,
      conversationId,
      contactId: contact._id,
      contactName: contact.name,
      accountId: account._id,
      channel: account.channel,
      medium,
      queueId: new Types.ObjectId(queue.id),
      state: 'active',
      openKey: conversationId.toHexString(),
      address,
      previewKind: 'out',
      agentId,
      acceptedAt: now
    },
    [
      {
        name: 'begun',
        by: actorOf(who),
        figures: { channel: account.channel, queueId: queue.id, agentId: agentId.toHexString() }
      }
    ],
    now
  )
  try {
    await Conversation.collection.insertOne({
      _id: conversationId,
      version: 0,
      contactId: contact._id,
      channel: account.channel,
      subject: null,
      keys: [`${account._id.toHexString()}:out:${_id.toHexString()}`],
      mergedInto: null,
      createdAt: now,
      lastMessageAt: now
    } as never)
    await Interaction.collection.insertOne(interaction as never)
  } catch (error) {
    await releaseHold(hub, agentId, _id)
    throw error
  }
  hub.relay.pass(interactionTold, interaction)
  return interaction
}

/** What was begun could not even be tried: it is closed, and takes no place any more. */
export async function giveUpOutbound(hub: Hub, { _id, agentId }: InteractionDoc): Promise<void> {
  const now = new Date()
  await writeInteraction(hub, _id, ({ state }) =>
    state === 'closed'
      ? null
      : {
          set: { state: 'closed', closedAt: now },
          unset: ['openKey'],
          entries: [{ name: 'closed', figures: { agentId: idText(agentId), handledSeconds: 0 } }]
        }
  )
  if (agentId) await releaseHold(hub, agentId, _id)
}
