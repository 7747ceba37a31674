import { Types } from 'mongoose'
import { channelNamed } from '@palabre/channels/registry'
import { campaignsAnswered, type Answered } from '../campaigns/reply.ts'
import type { ContactDoc } from '../contacts/contact.model.ts'
import { pointKeyOf } from '../contacts/ensure.ts'
import { Message, type MessageDoc } from '../messages/message.model.ts'
import { Conversation, threadKeyOf, type ConversationDoc } from './conversation.model.ts'
import type { AccountDoc } from '../accounts/account.model.ts'
import type { Placing } from './arrival.ts'

/** The conversation of each arrival. */
export type Homes = Map<Placing, ConversationDoc>

/** Does each message that answers none begin a conversation of its own? Mail does, and two calls are two calls. */
export function isSeparate(account: AccountDoc): boolean {
  const { abilities, calls } = channelNamed(account.channel)
  return abilities.subject || calls !== undefined
}

/**
 * What a mail answers, nearest first: messages of ours proved by our signature; else messages known by their external
 * id, but only when its sender took part in them (a guessed id must not open a stranger's conversation).
 */
async function findAnswered(placings: Placing[]): Promise<Map<Placing, Types.ObjectId>> {
  const answered = new Map<Placing, Types.ObjectId>()
  const threaded = placings.filter(({ event }) => event.thread)
  if (threaded.length === 0) return answered
  const own = threaded
    .flatMap(({ event }) => event.thread?.own ?? [])
    .filter((id) => Types.ObjectId.isValid(id))
  const external = threaded.flatMap(({ account, event }) =>
    (event.thread?.external ?? []).map((externalId) => ({
      accountId: account._id,
      externalId: { $eq: externalId, $type: 'string' as const }
    }))
  )
  const parents = (await Message.find(
    { $or: [{ _id: { $in: own } }, ...external] },
    { accountId: 1, externalId: 1, conversationId: 1, address: 1, to: 1, cc: 1 }
  ).lean()) as Pick<
    MessageDoc,
    '_id' | 'accountId' | 'externalId' | 'conversationId' | 'address' | 'to' | 'cc'
  >[]
  for (const placing of threaded) {
    const { account, event } = placing
    const ours = parents.filter((parent) => parent.accountId.equals(account._id) && parent.conversationId)
    const took = (parent: (typeof parents)[number]) =>
      [parent.address, ...parent.to, ...parent.cc].some((one) => one.toLowerCase() === event.address)
    const parent =
      event.thread?.own.map((id) => ours.find((one) => one._id.toHexString() === id)).find(Boolean) ??
      event.thread?.external.map((id) => ours.find((one) => one.externalId === id && took(one))).find(Boolean)
    if (parent?.conversationId) answered.set(placing, parent.conversationId)
  }
  return answered
}

/** What a recipient answers to one mail of a campaign is one conversation, however often they write. */
const keyIn = (placing: Placing, campaign: Answered | undefined) => {
  const account = placing.account._id.toHexString()
  if (!isSeparate(placing.account)) return threadKeyOf(placing.account._id, placing.event.address)
  return campaign
    ? `${account}:campaign:${campaign.recipientId.toHexString()}:${placing.event.address}`
    : `${account}:mail:${placing.event.externalId}`
}

/** Which campaign those answer that answer no message; their interactions say so. */
async function markCampaigns(placings: Placing[]): Promise<Map<Placing, Answered>> {
  const known = await campaignsAnswered(placings.flatMap(({ event }) => event.thread?.own ?? []))
  const marked = new Map<Placing, Answered>()
  for (const placing of placings) {
    const campaign = placing.event.thread?.own.map((id) => known.get(id)).find(Boolean)
    if (!campaign) continue
    marked.set(placing, campaign)
    placing.form = { ...placing.form, campaign: campaign.campaignName }
  }
  return marked
}

async function follow(doc: ConversationDoc): Promise<ConversationDoc> {
  let newest = doc
  while (newest.mergedInto) {
    const next = (await Conversation.findById(newest.mergedInto).lean()) as ConversationDoc | null
    if (!next) break
    newest = next
  }
  return newest
}

/** Finds or makes the conversation of each arrival; unique keys make one of two at once. */
export async function ensureConversations(
  placings: Placing[],
  contacts: Map<string, ContactDoc>
): Promise<Homes> {
  const homes: Homes = new Map()
  const answered = await findAnswered(placings)
  const campaigns = await markCampaigns(placings.filter((placing) => !answered.has(placing)))
  const keyOf = (placing: Placing) => keyIn(placing, campaigns.get(placing))
  const keys = new Map<string, Placing>()
  for (const placing of placings) if (!answered.has(placing)) keys.set(keyOf(placing), placing)
  const find = async (wantedKeys: string[], ids: Types.ObjectId[]) =>
    wantedKeys.length + ids.length === 0
      ? []
      : ((await Conversation.find({
          $or: [{ keys: { $in: wantedKeys, $type: 'string' } }, { _id: { $in: ids } }]
        }).lean()) as ConversationDoc[])
  const byKey = new Map<string, ConversationDoc>()
  const byId = new Map<string, ConversationDoc>()
  const take = (docs: ConversationDoc[]) => {
    for (const doc of docs) {
      byId.set(doc._id.toHexString(), doc)
      for (const key of doc.keys) byKey.set(key, doc)
    }
  }
  take(
    await find(
      [...keys].filter(([, { isFirst }]) => !isFirst).map(([key]) => key),
      [...answered.values()]
    )
  )

  const missing = [...keys].filter(([key]) => !byKey.has(key))
  if (missing.length > 0) {
    const docs = missing.flatMap(([key, placing]): ConversationDoc[] => {
      const contact = contacts.get(pointKeyOf(placing))
      if (!contact) return []
      return [
        {
          _id: placing.chosen?.conversationId ?? new Types.ObjectId(),
          version: 0,
          contactId: contact._id,
          channel: placing.account.channel,
          subject: placing.event.subject ?? null,
          keys: [key],
          campaignId: campaigns.get(placing)?.campaignId ?? null,
          mergedInto: null,
          createdAt: placing.message.at,
          lastMessageAt: placing.message.at
        }
      ]
    })
    try {
      await Conversation.collection.insertMany(docs as never, { ordered: false })
      take(docs)
    } catch (error) {
      if ((error as { code?: number }).code !== 11000) throw error
      take(
        await find(
          missing.map(([key]) => key),
          []
        )
      )
    }
  }
  for (const placing of placings) {
    const id = answered.get(placing)
    const doc = id ? byId.get(id.toHexString()) : byKey.get(keyOf(placing))
    if (doc) homes.set(placing, doc.mergedInto ? await follow(doc) : doc)
  }
  return homes
}
