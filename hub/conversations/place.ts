import { Types, type AnyBulkWriteOperation } from 'mongoose'
import type { InboundMessage } from '@palabre/channels/channel'
import { wakeParked } from '../agents/park.ts'
import type { AccountDoc } from '../accounts/account.model.ts'
import type { Hub } from '../hub.ts'
import { appendToInteractions, knowsOf } from '../interactions/append.ts'
import { Interaction, interactionTold, type InteractionDoc } from '../interactions/interaction.model.ts'
import type { Arrival, Place, Placing } from './arrival.ts'
import { Message, messageFrom, presentMessage, type MessageDoc } from '../messages/message.model.ts'
import { settleMessages, tellMessage } from '../messages/tell.ts'
import { ensureContacts } from '../contacts/ensure.ts'
import { requeueAbandoned } from '../interactions/requeue.ts'
import { grouped } from '../record/group.ts'
import { repeatsIn } from '../record/repeats.ts'
import { threadKeyOf } from './conversation.model.ts'
import { ensureConversations, isSeparate } from './ensure.ts'
import { ensureInteractions } from '../interactions/ensure.ts'

/** The message as stored and placed; null for a repeat. */
type Placer = (arrival: Arrival) => Promise<MessageDoc | null>
const placers = new WeakMap<Hub, Placer>()
const remembered = 50_000

/** The hub's one way of placing messages; concurrent arrivals share their database commands. */
export function placingOf(hub: Hub): Placer {
  let placer = placers.get(hub)
  if (!placer) {
    const known = new Map<string, Place>()
    placer = grouped<Arrival, MessageDoc | null>((arrivals) => placeGroup(hub, arrivals, known))
    placers.set(hub, placer)
  }
  return placer
}

/** Where a channel has no threads, the customer's point at the account is the thread. */
const threadKey = (account: AccountDoc, event: InboundMessage) =>
  isSeparate(account) ? null : threadKeyOf(account._id, event.address)

/** Who wrote it, as far as it is told. */
const authorName = (arrival: Arrival) => arrival.event.name ?? arrival.event.address

const choosePlace = (): Place => ({
  interactionId: new Types.ObjectId(),
  conversationId: new Types.ObjectId()
})

function messageOf(arrival: Arrival, { interactionId, conversationId }: Place): MessageDoc {
  const { id, account, event, attachments, rawId, clientId } = arrival
  return messageFrom({
    _id: id,
    accountId: account._id,
    externalId: event.externalId,
    ...(clientId !== undefined && { clientId }),
    kind: 'in',
    address: event.address,
    author: { kind: 'contact', id: null, name: authorName(arrival) },
    text: event.text,
    html: event.html ?? null,
    quotedFrom: event.quotedFrom ?? null,
    subject: event.subject ?? null,
    to: event.to ?? [],
    cc: event.cc ?? [],
    attachments,
    ...(event.media && event.media.length > 0 && { media: event.media, mediaAt: new Date() }),
    state: 'received',
    automatic: event.automatic ?? null,
    rawId,
    thread: event.thread ?? null,
    ...(event.public && { public: event.public }),
    ...(event.chosen !== undefined && { chosen: event.chosen }),
    ...(arrival.into && { into: arrival.into }),
    sentAt: event.sentAt ?? null,
    interactionId,
    conversationId
  })
}

/** Which messages the customers chose to answer: only what is between this customer and this account is shown. */
async function resolveAnswered(placings: Placing[]) {
  const answering = placings.filter(({ event }) => event.answers !== undefined)
  if (answering.length === 0) return
  const answered = (await Message.find(
    {
      $or: answering.map(({ account, event }) => ({
        accountId: account._id,
        address: event.address,
        externalId: { $eq: event.answers, $type: 'string' as const }
      }))
    },
    { accountId: 1, address: 1, externalId: 1 }
  ).lean()) as Pick<MessageDoc, '_id' | 'accountId' | 'address' | 'externalId'>[]
  for (const { account, event, message } of answering) {
    const one = answered.find(
      ({ accountId, address, externalId }) =>
        accountId.equals(account._id) && address === event.address && externalId === event.answers
    )
    if (one) message.answersId = one._id
  }
}

/** Stores a group of messages; returns those that are new. A repeat is known by account and external id. */
async function storeNew(placings: Placing[]): Promise<Set<Placing>> {
  try {
    await Message.collection.insertMany(placings.map(({ message }) => message) as never, { ordered: false })
  } catch (error) {
    const repeats = repeatsIn(error)
    return new Set(placings.filter((_, i) => !repeats.has(i)))
  }
  return new Set(placings)
}

async function placeGroup(
  hub: Hub,
  arrivals: Arrival[],
  known: Map<string, Place>
): Promise<(MessageDoc | null)[]> {
  const keys = arrivals.map(({ account, event }) => threadKey(account, event))
  const places = keys.map((key) => (key === null ? undefined : known.get(key)))
  const placings: Placing[] = arrivals.map((arrival, i) => {
    const chosen = places[i] ? undefined : choosePlace()
    return { ...arrival, chosen, message: messageOf(arrival, places[i] ?? chosen!) }
  })
  await resolveAnswered(placings)
  const fresh = await storeNew(placings)

  const guessed = placings.flatMap((placing, i) => {
    const place = places[i]
    return place && fresh.has(placing) ? [{ placing, interactionId: place.interactionId }] : []
  })
  const open = await appendToInteractions(guessed)
  for (const { placing, interactionId } of guessed) {
    const interaction = open.get(interactionId.toHexString())
    if (interaction) placing.interaction = interaction
  }

  const homeless = placings.filter((placing) => fresh.has(placing) && !placing.interaction)
  if (homeless.length > 0) await findHomes(hub, homeless)

  placings.forEach((placing, i) => {
    const key = keys[i]
    const { interaction } = placing
    if (!key || !interaction) return
    known.delete(key)
    known.set(key, { interactionId: interaction._id, conversationId: interaction.conversationId })
  })
  for (const key of known.keys()) {
    if (known.size <= remembered) break
    known.delete(key)
  }
  await tell(
    hub,
    placings.filter((placing) => fresh.has(placing))
  )
  return placings.map((placing) => (fresh.has(placing) ? placing.message : null))
}

const isPlacedIn = (message: MessageDoc, { _id, conversationId }: InteractionDoc) =>
  message.interactionId?.equals(_id) === true && message.conversationId?.equals(conversationId) === true

/** Contact, conversation, interaction: found or made, each step for the whole group. Idempotent. */
export async function findHomes(hub: Hub, placings: Placing[]): Promise<void> {
  const contacts = await ensureContacts(placings)
  const conversations = await ensureConversations(placings, contacts)
  await ensureInteractions(hub, placings, contacts, conversations)
  const writes: AnyBulkWriteOperation[] = []
  for (const { message, interaction } of placings) {
    if (!interaction || isPlacedIn(message, interaction)) continue
    message.interactionId = interaction._id
    message.conversationId = interaction.conversationId
    const { interactionId, conversationId } = message
    writes.push({
      updateOne: { filter: { _id: message._id }, update: { $set: { interactionId, conversationId } } }
    })
  }
  if (writes.length > 0) await Message.collection.bulkWrite(writes as never, { ordered: false })
}

async function tell(hub: Hub, placings: Placing[]) {
  const told = new Map<string, InteractionDoc>()
  for (const { interaction, message } of placings) {
    if (!interaction) continue
    told.set(interaction._id.toHexString(), interaction)
    tellMessage(hub, presentMessage(message), interaction)
  }
  for (const interaction of told.values()) hub.relay.pass(interactionTold, interaction)
  settleMessages(
    hub,
    placings.filter(({ interaction }) => interaction).map(({ message }) => message._id)
  )
  await wakeParked(hub, [...told.values()])
  await requeueAbandoned(hub, [...told.values()])
}

/**
 * Places messages that a crash left stored before their interaction knew of them. Returns how many.
 */
export async function placeStray(
  hub: Hub,
  before: Date,
  accountFor: (id: Types.ObjectId) => Promise<AccountDoc | null>
) {
  const strays = (await Message.find({ pendingAt: { $lt: before, $type: 'date' } })
    .sort({ pendingAt: 1, _id: 1 })
    .limit(200)
    .lean()) as MessageDoc[]
  const placings: Placing[] = []
  for (const message of strays) {
    const account = await accountFor(message.accountId)
    if (!account || message.kind !== 'in') continue
    await Message.updateOne({ _id: message._id }, { pendingAt: new Date() })
    placings.push({
      id: message._id,
      account,
      event: {
        kind: 'message',
        address: message.address,
        name: message.author.name,
        externalId: message.externalId ?? message._id.toHexString(),
        text: message.text,
        ...(message.subject !== null && { subject: message.subject }),
        ...(message.thread && { thread: message.thread }),
        ...(message.automatic && { automatic: message.automatic as 'auto-reply' }),
        to: message.to,
        cc: message.cc
      },
      attachments: message.attachments,
      rawId: message.rawId,
      into: message.into,
      form: {},
      customerOnline: null,
      message
    })
  }
  if (placings.length === 0) return 0
  const ids = placings.flatMap(({ message }) => message.interactionId ?? [])
  const homes = (await Interaction.find({ _id: { $in: ids } }).lean()) as InteractionDoc[]
  for (const placing of placings) {
    const home = homes.find(({ _id }) => placing.message.interactionId?.equals(_id))
    // Of what it knew before the crash only the telling is left.
    if (home && knowsOf(home, placing)) placing.interaction = home
  }
  const homeless = placings.filter(({ interaction }) => !interaction)
  if (homeless.length > 0) await findHomes(hub, homeless)
  await tell(hub, placings)
  return placings.length
}
