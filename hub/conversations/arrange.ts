import { Types } from 'mongoose'
import type { Hub } from '../hub.ts'
import { findInteraction } from '../interactions/find.ts'
import { Interaction, interactionTold, type InteractionDoc } from '../interactions/interaction.model.ts'
import { within } from '../interactions/list.ts'
import { releaseHold } from '../agents/holds.ts'
import { writeInteraction } from '../interactions/write.ts'
import { Message, presentMessage, type MessageDoc } from '../messages/message.model.ts'
import { tellMessage } from '../messages/tell.ts'
import { linesAfter } from '../record/logged.ts'
import { found, refuse } from '../refuse.ts'
import { actorOf, scopeOf, type Who } from '../sessions/who.ts'
import { Conversation, type ConversationDoc } from './conversation.model.ts'
import { previewOf } from '../messages/preview.ts'

/**
 * Moves a message, and what follows it in its interaction, into a conversation of its own. The new interaction is in
 * the same hands and state; replies to the moved messages go there, because messages lead to their conversation.
 * Each step can be repeated: a crash in the middle leaves messages in one of the two, never in none.
 */
export async function splitOff(hub: Hub, who: Who, id: string, messageId: string): Promise<InteractionDoc> {
  const interaction = await findInteraction(hub, who, id)
  const first = found(
    (await Message.findOne({
      _id: messageId,
      interactionId: interaction._id,
      whisper: null
    } as never).lean()) as MessageDoc | null
  )
  const moved = (await Message.find({
    conversationId: interaction.conversationId,
    interactionId: interaction._id,
    $or: [{ at: { $gt: first.at } }, { at: first.at, _id: { $gte: first._id } }]
  })
    .sort({ at: 1, _id: 1 })
    .lean()) as MessageDoc[]
  const kept = await Message.countDocuments({
    interactionId: interaction._id,
    whisper: null,
    _id: { $nin: moved.map(({ _id }) => _id) }
  } as never)
  if (kept === 0) return refuse('wrong-state', 'It is the first message already')
  const now = new Date()
  const last = moved.findLast(({ whisper }) => !whisper) ?? first
  const conversation: ConversationDoc = {
    _id: new Types.ObjectId(),
    version: 0,
    contactId: interaction.contactId,
    channel: interaction.channel,
    subject: first.subject ?? interaction.subject,
    keys: [`split:${first._id.toHexString()}`],
    mergedInto: null,
    createdAt: now,
    lastMessageAt: last.at
  }
  const isOpen = interaction.state === 'active'
  const log = linesAfter(
    0,
    [
      {
        name: 'split',
        action: 'conversation.split',
        by: actorOf(who),
        figures: { fromInteractionId: id },
        changes: { from: [null, id] },
        after: { state: 'queued', queueId: interaction.queueId.toHexString(), agentId: null }
      }
    ],
    now
  )
  const fresh: InteractionDoc = {
    ...interaction,
    _id: new Types.ObjectId(),
    version: 1,
    log,
    logged: log.length,
    relayed: 0,
    relayAt: now,
    updatedAt: now,
    conversationId: conversation._id,
    openKey: conversation._id.toHexString(),
    begunBy: first._id,
    subject: conversation.subject,
    state: 'queued',
    agentId: null,
    acceptedAt: null,
    offer: null,
    wrapUp: null,
    closedAt: null,
    dispositionId: null,
    sticky:
      isOpen && who.agentId ? { agentId: who.agentId, until: new Date(now.getTime() + 3_600_000) } : null,
    preview: previewOf(last.text, last.attachments),
    lastMessageAt: last.at,
    createdAt: now
  }
  await Conversation.create(conversation)
  await Interaction.collection.insertOne(fresh as never)
  await Message.updateMany(
    { _id: { $in: moved.map(({ _id }) => _id) } },
    { $set: { interactionId: fresh._id, conversationId: conversation._id } }
  )
  hub.relay.pass(interactionTold, fresh)
  for (const message of moved)
    tellMessage(
      hub,
      presentMessage({ ...message, interactionId: fresh._id, conversationId: conversation._id }),
      { ...interaction, conversationId: conversation._id }
    )
  const left = (await Message.findOne({
    conversationId: interaction.conversationId,
    interactionId: interaction._id,
    whisper: null
  } as never)
    .sort({ at: -1, _id: -1 })
    .lean()) as MessageDoc | null
  await writeInteraction(hub, id, () => ({
    set: left
      ? { preview: previewOf(left.text, left.attachments), previewKind: left.kind, lastMessageAt: left.at }
      : {},
    entries: [{ name: 'split', by: actorOf(who), figures: { toInteractionId: fresh._id.toHexString() } }]
  }))
  return fresh
}

/**
 * Joins another conversation of the same contact into this interaction's: its messages, interactions and keys come
 * along, and what it had open is closed as merged.
 */
export async function mergeInto(hub: Hub, who: Who, id: string, otherId: string): Promise<InteractionDoc> {
  const interaction = await findInteraction(hub, who, id)
  const other = found((await Conversation.findById(otherId).lean()) as ConversationDoc | null)
  if (other._id.equals(interaction.conversationId))
    return refuse('wrong-state', 'It is the same conversation')
  if (!other.contactId.equals(interaction.contactId))
    return refuse('unknown-reference', 'It belongs to another contact')
  const visible = await Interaction.exists({
    $and: [{ conversationId: other._id }, within(await scopeOf(hub, who))]
  } as never)
  if (!visible) return refuse('not-found')

  // From now on nothing new lands there: keys are taken away before they are given to the other.
  await Conversation.updateOne(
    { _id: other._id },
    { $set: { mergedInto: interaction.conversationId, keys: [] } }
  )
  await Conversation.updateOne(
    { _id: interaction.conversationId },
    { $addToSet: { keys: { $each: other.keys } } }
  )
  const theirs = (await Interaction.find({ conversationId: other._id }).lean()) as InteractionDoc[]
  for (const one of theirs) {
    const { doc } = await writeInteraction(hub, one._id, (newest) => {
      const now = new Date()
      const open = newest.state !== 'closed'
      return {
        set: {
          conversationId: interaction.conversationId,
          ...(open && { state: 'closed', closedAt: now, offer: null })
        },
        unset: ['openKey'],
        entries: [{ name: 'merged', by: actorOf(who), figures: { intoInteractionId: id } }]
      }
    })
    const holder = one.agentId ?? one.offer?.agentId
    if (holder) await releaseHold(hub, holder, doc._id)
  }
  await Message.updateMany(
    { conversationId: other._id },
    { $set: { conversationId: interaction.conversationId } }
  )
  const { doc } = await writeInteraction(hub, id, () => ({
    set: { waitingFor: 'agent' },
    entries: [
      {
        name: 'merged',
        by: actorOf(who),
        action: 'conversation.merge',
        figures: { conversationId: otherId },
        changes: { conversation: [otherId, interaction.conversationId.toHexString()] }
      }
    ]
  }))
  return doc
}
