import type { Input, Reply } from '@palabre/config/contract/define'
import type {
  listInteractions,
  readHistory,
  readInbox,
  readInteraction
} from '@palabre/config/contract/interaction'
import { Types } from 'mongoose'
import { Contact, presentContact, type ContactDoc } from '../contacts/contact.model.ts'
import {
  Conversation,
  presentConversation,
  type ConversationDoc
} from '../conversations/conversation.model.ts'
import type { Hub } from '../hub.ts'
import { messagesOf } from '../messages/list.ts'
import { readerOf } from '../messages/whisper.ts'
import { containing } from '../containing.ts'
import { before, markOf } from '../paging.ts'
import { found } from '../refuse.ts'
import { scopeOf, type Scope, type Who } from '../sessions/who.ts'
import { findInteraction } from './find.ts'
import { Interaction, presentInteraction, presentLog, type InteractionDoc } from './interaction.model.ts'

/** Of a record only what a row shows: the story alone is half of it. */
const unshown = { log: 0, form: 0, passedOver: 0, overflowed: 0 }

/**
 * What is within a scope, as a filter. Each of its branches has an index that ends in the order of a list, so that a page
 * is merged from the heads of them, however much or little of all the work is in scope.
 */
export function within(scope: Scope): Record<string, unknown> {
  if (scope.all) return {}
  const own = scope.agentId === null ? [] : [new Types.ObjectId(scope.agentId)]
  return {
    $or: [
      { queueId: { $in: [...scope.queueIds].map((id) => new Types.ObjectId(id)) } },
      ...own.flatMap((agentId) => [{ agentId }, offeredTo(agentId), askedOf(agentId)])
    ]
  }
}

const offeredTo = (agentId: Types.ObjectId) => ({ 'offer.agentId': { $eq: agentId, $type: 'objectId' } })
const askedOf = (agentId: Types.ObjectId) => ({ 'consults.agentId': { $eq: agentId, $type: 'objectId' } })

async function pageOf(filters: Record<string, unknown>[], limit: number) {
  const docs = (await Interaction.find({ $and: filters } as never, unshown)
    .sort({ lastMessageAt: -1, _id: -1 })
    .limit(limit + 1)
    .lean()) as InteractionDoc[]
  const page = docs.slice(0, limit)
  const last = page[page.length - 1]
  return {
    items: page.map(presentInteraction),
    ...(docs.length > limit && last && { next: markOf(last.lastMessageAt, last._id) })
  }
}

/** A page of interactions in scope, newest activity first. */
export async function listInteractionsOf(
  hub: Hub,
  who: Who,
  query: Input<typeof listInteractions>['query']
): Promise<Reply<typeof listInteractions>> {
  const { text, after, limit = 50, queueId, agentId, contactId, state, channel } = query
  const words = text?.trim()
  return pageOf(
    [
      within(await scopeOf(hub, who)),
      {
        ...(state && { state }),
        ...(channel && { channel }),
        ...(queueId && { queueId: new Types.ObjectId(queueId) }),
        ...(agentId && { agentId: new Types.ObjectId(agentId) }),
        ...(contactId && { contactId: new Types.ObjectId(contactId) })
      },
      words
        ? {
            $or: ['contactName', 'subject', 'preview', 'address'].map((field) => ({
              [field]: containing(words)
            }))
          }
        : {},
      before('lastMessageAt', after)
    ],
    limit
  )
}

const mostInHands = 500

/** What is in an agent's hands now: offers first, then work, wrap-up and what colleagues ask about, newest activity first. */
export async function readInboxOf(hub: Hub, who: Who): Promise<Reply<typeof readInbox>> {
  const seq = hub.stream.head()
  const { agentId } = who
  if (!agentId) return { seq, items: [] }
  const inHands = [
    { ...offeredTo(agentId), state: 'offered' },
    { agentId, state: { $in: ['active', 'wrapup'] } },
    askedOf(agentId)
  ]
  const docs = (await Interaction.find({ $or: inHands } as never, unshown)
    .sort({ 'offer.agentId': -1, lastMessageAt: -1 })
    .limit(mostInHands)
    .lean()) as InteractionDoc[]
  return { seq, items: docs.map(presentInteraction) }
}

/** One interaction with all that its screen shows. */
export async function readInteractionOf(
  hub: Hub,
  who: Who,
  id: string
): Promise<Reply<typeof readInteraction>> {
  const seq = hub.stream.head()
  const doc = await findInteraction(hub, who, id)
  const [conversation, contact, messages] = await Promise.all([
    Conversation.findById(doc.conversationId).lean() as Promise<ConversationDoc | null>,
    Contact.findById(doc.contactId).lean() as Promise<ContactDoc | null>,
    messagesOf(doc.conversationId, {}, await readerOf(hub, who))
  ])
  return {
    seq,
    interaction: presentInteraction(doc),
    conversation: presentConversation(found(conversation)),
    contact: presentContact(found(contact)),
    log: presentLog(doc.log),
    messages
  }
}

/** A contact's interactions over all channels, as far as they are in scope. */
export async function historyOf(
  hub: Hub,
  who: Who,
  contactId: string,
  { after, limit = 30 }: Input<typeof readHistory>['query']
): Promise<Reply<typeof readHistory>> {
  return pageOf(
    [
      within(await scopeOf(hub, who)),
      { contactId: new Types.ObjectId(contactId) },
      before('lastMessageAt', after)
    ],
    limit
  )
}
