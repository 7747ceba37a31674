import { Types } from 'mongoose'
import { channelNamed } from '@palabre/channels/registry'
import type { Queue } from '@palabre/config/contract/setting'
import type { ContactDoc } from '../contacts/contact.model.ts'
import { pointKeyOf } from '../contacts/ensure.ts'
import type { ConversationDoc } from '../conversations/conversation.model.ts'
import type { Homes } from '../conversations/ensure.ts'
import type { Placing } from '../conversations/arrival.ts'
import { previewOf } from '../messages/preview.ts'
import { windowAfter } from '../messages/window.ts'
import { appendToInteractions, knowsOf } from './append.ts'
import type { Hub } from '../hub.ts'
import { catalogOf, type Catalog } from '../settings/catalog.ts'
import { Interaction, type InteractionDoc } from './interaction.model.ts'
import { newInteraction } from './new-interaction.ts'

/** Auto-replies, newsletters and loops are kept, but nobody is made to work them. */
const isQuiet = ({ event }: Placing) => event.automatic !== undefined

/** Points for the attributes of a contact: the most that one rule gives. */
export function boostOf(queue: Queue | undefined, contact: Pick<ContactDoc, 'attributes'>): number {
  const fitting = (queue?.boosts ?? []).filter(({ attribute, value }) => {
    const has = contact.attributes[attribute]
    return has !== undefined && has !== '' && (value === '' || has.toLowerCase() === value.toLowerCase())
  })
  return Math.max(0, ...fitting.map(({ points }) => points))
}

/** When the service level is broken: the queue's target for the medium after the start of the wait. */
export function dueAt(
  queue: Queue | undefined,
  medium: InteractionDoc['medium'],
  queuedAt: Date
): Date | null {
  const target = queue?.targets.find((one) => one.medium === medium)
  return target ? new Date(queuedAt.getTime() + target.seconds * 1000) : null
}

const queueIdOf = ({ account, into }: Placing) => (into ? new Types.ObjectId(into.queueId) : account.queueId)

function interactionOf(
  placing: Placing,
  contact: ContactDoc,
  conversationId: Types.ObjectId,
  queue: Queue | undefined,
  past: Past
): InteractionDoc {
  const { account, event, message, attachments, customerOnline, form } = placing
  const now = message.at
  const { callback, keptFor } = placing.into ?? {}
  const medium = placing.into?.medium ?? (callback ? 'callback' : channelNamed(account.channel).medium)
  const _id = placing.chosen?.interactionId ?? new Types.ObjectId()
  const quiet = isQuiet(placing)
  const stickyId = quiet ? null : past.agentFor(placing)
  return newInteraction(
    {
      _id,
      conversationId,
      contactId: contact._id,
      contactName: contact.name,
      accountId: account._id,
      channel: account.channel,
      medium,
      queueId: queueIdOf(placing),
      state: quiet ? 'closed' : 'queued',
      ...(!quiet && { openKey: conversationId.toHexString() }),
      begunBy: message._id,
      address: event.replyTo ?? event.address,
      subject: event.subject ?? null,
      preview: previewOf(event.text, [...attachments, ...(event.media ?? [])]),
      lastInAt: now,
      lastInIds: [message._id],
      unread: quiet ? 0 : 1,
      priority: (queue?.priority ?? 0) + boostOf(queue, contact) + (placing.into?.priority ?? 0),
      requirements: [...(queue?.requirements ?? []), ...(placing.into?.requirements ?? [])],
      sticky:
        keptFor ??
        (stickyId && {
          agentId: stickyId,
          until: new Date(now.getTime() + (queue?.sticky.seconds ?? 0) * 1000)
        }),
      preferredIds: contact.preferredIds,
      forbiddenIds: contact.forbiddenIds,
      ...(callback && { callback: { ...callback, id: callback.id ?? _id } }),
      // What was promised counts, whatever the queue aims at.
      dueAt: quiet ? null : (callback?.slot?.to ?? dueAt(queue, medium, now)),
      windowUntil: quiet ? null : windowAfter(channelNamed(account.channel), message),
      customerOnline,
      form,
      closedAt: quiet ? now : null
    },
    [
      { name: 'arrived', figures: { channel: account.channel, queueId: queueIdOf(placing).toHexString() } },
      ...(quiet ? [{ name: 'closed', figures: { automatic: event.automatic ?? null } }] : [])
    ],
    now
  )
}

const findOpen = async (keys: string[]) =>
  keys.length === 0
    ? []
    : ((await Interaction.find({ openKey: { $in: keys, $type: 'string' } }).lean()) as InteractionDoc[])

/** Was there a conversation before this message? Nothing is open in one that was made this moment, and it has no past. */
const isOld = (home: ConversationDoc | undefined, { message }: Placing): home is ConversationDoc =>
  home !== undefined && home.createdAt < message.at

/** What was before a new interaction. */
interface Past {
  /** The last interaction of the conversation. */
  last(conversationId: Types.ObjectId): InteractionDoc | undefined
  /** The agent whom the contact spoke with last, as far as the queue's sticky rule looks back. */
  agentFor(placing: Placing): Types.ObjectId | null
}

type Spoken = Pick<InteractionDoc, 'contactId' | 'queueId' | 'agentId'>
const looksBack = 50

/** Reads what was before, for a group of arrivals; contacts and conversations made this moment have no past. */
async function readPast(
  catalog: Catalog,
  placings: Placing[],
  contacts: Map<string, ContactDoc>,
  homes: Homes
): Promise<Past> {
  const modeOf = (placing: Placing) => catalog.queue(queueIdOf(placing).toHexString())?.sticky.mode ?? 'off'
  const conversationIds: Types.ObjectId[] = []
  const contactIds: Types.ObjectId[] = []
  for (const placing of placings) {
    const home = homes.get(placing)
    const contact = contacts.get(pointKeyOf(placing))
    if (isOld(home, placing)) conversationIds.push(home._id)
    if (contact && contact.createdAt < placing.message.at && modeOf(placing) !== 'off')
      contactIds.push(contact._id)
  }
  const [former, spoken] = await Promise.all([
    conversationIds.length === 0
      ? []
      : (Interaction.find({ conversationId: { $in: conversationIds } })
          .sort({ createdAt: 1 })
          .lean() as Promise<InteractionDoc[]>),
    contactIds.length === 0
      ? []
      : (Interaction.find(
          { contactId: { $in: contactIds }, agentId: { $ne: null } },
          { contactId: 1, queueId: 1, agentId: 1 }
        )
          .sort({ lastMessageAt: -1 })
          .limit(looksBack * contactIds.length)
          .lean() as Promise<Spoken[]>)
  ])
  const lastOf = new Map(former.map((doc) => [doc.conversationId.toHexString(), doc]))
  return {
    last: (conversationId) => lastOf.get(conversationId.toHexString()),
    agentFor(placing) {
      const mode = modeOf(placing)
      const contact = contacts.get(pointKeyOf(placing))
      if (mode === 'off' || !contact) return null
      const before = spoken.find(
        ({ contactId, queueId }) =>
          contactId.equals(contact._id) && (mode === 'any-queue' || queueId.equals(queueIdOf(placing)))
      )
      return before?.agentId ?? null
    }
  }
}

/**
 * Inserts new interactions. Of those that lost a race, the placings with whoever won: the interaction that the same
 * message began, or that is open in the conversation; null when it was open and is closed again.
 */
async function begin(
  fresh: InteractionDoc[],
  placings: Placing[]
): Promise<Map<Placing, InteractionDoc | null>> {
  const lost = new Map<Placing, InteractionDoc | null>()
  try {
    await Interaction.collection.insertMany(fresh as never, { ordered: false })
    return lost
  } catch (error) {
    if ((error as { code?: number }).code !== 11000) throw error
  }
  const there = (await Interaction.find({
    $or: [
      { _id: { $in: fresh.map(({ _id }) => _id) } },
      { begunBy: { $in: fresh.flatMap(({ begunBy }) => begunBy ?? []), $type: 'objectId' } },
      { openKey: { $in: fresh.flatMap(({ openKey }) => openKey ?? []), $type: 'string' } }
    ]
  }).lean()) as InteractionDoc[]
  for (const doc of fresh) {
    if (there.some(({ _id }) => _id.equals(doc._id))) continue
    const sameMessage = there.find(({ begunBy }) => begunBy && doc.begunBy?.equals(begunBy))
    const winner = sameMessage ?? there.find(({ openKey }) => openKey && openKey === doc.openKey) ?? null
    for (const placing of placings) if (placing.interaction === doc) lost.set(placing, winner)
  }
  return lost
}

/**
 * Appends each arrival to the open interaction of its conversation, or begins a new one in the account's queue. One
 * interaction at most is open in a conversation: the key is unique, and whoever loses a race appends to the winner's.
 */
export async function ensureInteractions(
  hub: Hub,
  placings: Placing[],
  contacts: Map<string, ContactDoc>,
  homes: Homes
): Promise<void> {
  const catalog = await catalogOf(hub)
  const keyOf = (placing: Placing) => homes.get(placing)?._id.toHexString() ?? ''
  const open = new Map<string, InteractionDoc>()
  const begun = new Set<string>()
  const placed = new Set<Placing>()
  const take = (docs: InteractionDoc[]) => {
    for (const doc of docs) if (doc.openKey) open.set(doc.openKey, doc)
  }
  const inOld = placings.filter((placing) => isOld(homes.get(placing), placing))
  take(await findOpen([...new Set(inOld.map(keyOf))]))

  const past = await readPast(
    catalog,
    placings.filter((placing) => !open.has(keyOf(placing))),
    contacts,
    homes
  )

  const fresh: InteractionDoc[] = []
  for (const placing of placings) {
    const home = homes.get(placing)
    const contact = contacts.get(pointKeyOf(placing))
    const key = keyOf(placing)
    if (!home || !contact || open.has(key)) continue
    const last = past.last(home._id)
    if (isQuiet(placing) && last) {
      placing.interaction = last
      continue
    }
    const queue = catalog.queue(queueIdOf(placing).toHexString())
    const doc = interactionOf(placing, contact, home._id, queue, past)
    fresh.push(doc)
    placing.interaction = doc
    if (doc.openKey) {
      open.set(key, doc)
      begun.add(doc._id.toHexString())
    }
  }
  if (fresh.length > 0) {
    for (const [placing, winner] of await begin(fresh, placings)) {
      // Begun by a sweep while this process stood still: the message has its place already.
      if (winner?.begunBy?.equals(placing.message._id)) {
        placing.interaction = winner
        placed.add(placing)
      } else if (winner) open.set(keyOf(placing), winner)
      else open.delete(keyOf(placing))
    }
  }

  // What was not the first message of a new interaction is appended to the open one.
  const again: Placing[] = []
  const appended = placings.filter((placing) => {
    if (placed.has(placing) || (isQuiet(placing) && placing.interaction)) return false
    const doc = open.get(keyOf(placing))
    if (!doc) {
      again.push(placing)
      return false
    }
    const isFirst = placing.interaction?._id.equals(doc._id) && begun.delete(doc._id.toHexString())
    placing.interaction = doc
    return !isFirst && !knowsOf(doc, placing)
  })
  const updated = await appendToInteractions(
    appended.map((placing) => ({ placing, interactionId: placing.interaction!._id }))
  )
  for (const placing of placings) {
    const newer = placing.interaction && updated.get(placing.interaction._id.toHexString())
    if (newer) placing.interaction = newer
  }
  // Closed in the meantime: those begin (or join) the next interaction.
  const late = [
    ...appended.filter((placing) => !updated.has(placing.interaction!._id.toHexString())),
    ...again.filter((placing) => homes.has(placing) && contacts.has(pointKeyOf(placing)))
  ]
  for (const placing of late) delete placing.interaction
  if (late.length > 0) await ensureInteractions(hub, late, contacts, homes)
}
