import type { Types } from 'mongoose'
import { channelNamed } from '@palabre/channels/registry'
import { Conversation } from '../conversations/conversation.model.ts'
import type { Hub } from '../hub.ts'
import { Interaction, type InteractionDoc } from '../interactions/interaction.model.ts'
import { writeInteraction } from '../interactions/write.ts'
import { Message, type MessageDoc } from '../messages/message.model.ts'
import { findContact, loadContact } from './find.ts'
import { ownKey, pointKey, type ContactDoc } from './contact.model.ts'
import { ContactMerge, type MergeDoc } from './merge.model.ts'
import { openOf } from './tell.ts'

type Ids = { _id: Types.ObjectId }[]
const idsIn = (docs: Ids) => docs.map(({ _id }) => _id)

/** Gives interactions to another contact: those that are open one by one, so that whoever has one on screen hears of it. */
async function handOver(hub: Hub, ids: Types.ObjectId[], from: ContactDoc, to: ContactDoc): Promise<void> {
  const wanted = new Set(ids.map(String))
  for (const { _id } of await openOf(from))
    if (wanted.has(String(_id)))
      await writeInteraction(hub, _id, ({ contactId }) =>
        contactId.equals(from._id) ? { set: { contactId: to._id, contactName: to.name }, entries: [] } : null
      )
  await Interaction.updateMany({ _id: { $in: ids }, contactId: from._id }, { $set: { contactId: to._id } })
}

/**
 * Everything of the source comes to the target. What comes is noted before it moves, so that it is known how often this
 * is repeated.
 */
export async function bringWork(hub: Hub, { _id, sourceId, targetId }: MergeDoc): Promise<void> {
  const [source, target] = [await loadContact(sourceId), await findContact(targetId)]
  if (!source.mergedInto?.equals(targetId)) return
  const [conversations, interactions] = await Promise.all([
    Conversation.find({ contactId: sourceId }, { _id: 1 }).lean() as Promise<Ids>,
    Interaction.find({ contactId: sourceId }, { _id: 1 }).lean() as Promise<Ids>
  ])
  if (conversations.length + interactions.length === 0) return
  await ContactMerge.updateOne(
    { _id },
    {
      $addToSet: {
        conversationIds: { $each: idsIn(conversations) },
        interactionIds: { $each: idsIn(interactions) }
      }
    }
  )
  await Conversation.updateMany(
    { _id: { $in: idsIn(conversations) }, contactId: sourceId },
    { $set: { contactId: target._id } }
  )
  await handOver(hub, idsIn(interactions), source, target)
}

/** What the source brought goes back, and what has begun since at one of their points. */
export async function giveWorkBack(hub: Hub, merge: MergeDoc): Promise<void> {
  const [source, target] = [await loadContact(merge.sourceId), await findContact(merge.targetId)]
  // Merged again meanwhile: it all belongs where it is.
  if (source.mergedInto) return
  const since = await begunSince(merge.at, target, source)
  await Conversation.updateMany(
    { _id: { $in: [...merge.conversationIds, ...since.conversationIds] }, contactId: target._id },
    { $set: { contactId: source._id } }
  )
  await handOver(hub, [...merge.interactionIds, ...since.interactionIds], target, source)
}

type Begun = Pick<InteractionDoc, '_id' | 'conversationId' | 'channel' | 'address' | 'begunBy'>

/** What has begun at the target since, through a point of the source's; a conversation goes by how it began. */
async function begunSince(at: Date, target: ContactDoc, source: ContactDoc) {
  const begun = (await Interaction.find(
    { contactId: target._id, lastMessageAt: { $gte: at }, createdAt: { $gte: at } },
    { conversationId: 1, channel: 1, address: 1, begunBy: 1 }
  )
    .sort({ createdAt: 1 })
    .lean()) as Begun[]
  const keys = new Set(source.points.map(({ key }) => ownKey(key)))
  const addresses = await addressesOf(begun)
  const theirs = begun.filter((one) => {
    const address = addresses.get(String(one.begunBy)) ?? one.address
    return keys.has(pointKey(channelNamed(one.channel).point, address))
  })
  const first = new Map(begun.toReversed().map((one) => [String(one.conversationId), one]))
  const homes = theirs.filter((one) => first.get(String(one.conversationId)) === one)
  const fresh = (await Conversation.find(
    { _id: { $in: homes.map(({ conversationId }) => conversationId) }, createdAt: { $gte: at } },
    { _id: 1 }
  ).lean()) as Ids
  return { interactionIds: idsIn(theirs), conversationIds: idsIn(fresh) }
}

/** Who wrote the messages that these began with; answers may go elsewhere. */
async function addressesOf(begun: Begun[]): Promise<Map<string, string>> {
  const messages = (await Message.find(
    { _id: { $in: begun.flatMap(({ begunBy }) => begunBy ?? []) } },
    { address: 1 }
  ).lean()) as Pick<MessageDoc, '_id' | 'address'>[]
  return new Map(messages.map(({ _id, address }) => [_id.toHexString(), address]))
}
