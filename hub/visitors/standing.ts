import type { Types } from 'mongoose'
import type { Interaction as InteractionWire } from '@palabre/config/contract/interaction'
import type { AccountDoc } from '../accounts/account.model.ts'
import { Conversation } from '../conversations/conversation.model.ts'
import { Interaction, type InteractionDoc, type InteractionHints } from '../interactions/interaction.model.ts'
import type { Heard } from '../live/stream.ts'
import { grouped } from '../record/group.ts'
import { idText } from '../wire.ts'
import type { Visit } from './token.ts'

/** What a visitor's client shows or needs of an interaction; the same whether it was read or heard. */
export interface VisitInteraction {
  id: string
  conversationId: string
  /** Lines of its log. Nothing that is shown changes without a line, so they tell which of two states is newer. */
  logged: number
  state: InteractionDoc['state']
  queueId: string
  agentId: string | null
  contactName: string
  queuedAt: number
  createdAt: number
  rating: number | null
  suggestion: InteractionDoc['suggestion']
}

/** What belongs to a visit now: its conversation and the newest interaction in it. */
export interface Standing {
  conversationId: string | null
  interaction: VisitInteraction | null
}

/** Where a visitor stands who has said nothing yet. */
export const nowhere: Standing = { conversationId: null, interaction: null }

const shown = {
  conversationId: 1,
  logged: 1,
  state: 1,
  queueId: 1,
  agentId: 1,
  contactName: 1,
  queuedAt: 1,
  createdAt: 1,
  rating: 1,
  suggestion: 1
} as const

type ShownDoc = Pick<InteractionDoc, '_id' | keyof typeof shown>

/** By key; reads of the same moment share one command. Naming the type lets the partial index answer. */
const findConversationId = grouped<string, Types.ObjectId | null>(async (keys) => {
  const docs = await Conversation.find({ keys: { $in: keys, $type: 'string' } }, { keys: 1 }).lean()
  const byKey = new Map(docs.flatMap((doc) => doc.keys.map((key) => [key, doc._id] as const)))
  return keys.map((key) => byKey.get(key) ?? null)
})

/** The newest interaction of a conversation; reads of the same moment share one command. */
const findNewest = grouped<Types.ObjectId, VisitInteraction | null>(async (ids) => {
  const docs = (await Interaction.find({ conversationId: { $in: ids } }, shown)
    .sort({ createdAt: -1 })
    .limit(ids.length === 1 ? 1 : 0)
    .lean()) as ShownDoc[]
  const newest = new Map<string, VisitInteraction>()
  for (const one of docs.map(readStanding))
    if (!newest.has(one.conversationId)) newest.set(one.conversationId, one)
  return ids.map((id) => newest.get(id.toHexString()) ?? null)
})

/** Reads where a visit stands. */
export async function standingOf(account: AccountDoc, visit: Visit): Promise<Standing> {
  const id = await findConversationId(`${account._id.toHexString()}:${visit.address}`)
  return id ? { conversationId: id.toHexString(), interaction: await findNewest(id) } : nowhere
}

/** An interaction as it was read or written. */
export const readStanding = (doc: ShownDoc): VisitInteraction => ({
  id: doc._id.toHexString(),
  conversationId: doc.conversationId.toHexString(),
  logged: doc.logged,
  state: doc.state,
  queueId: doc.queueId.toHexString(),
  agentId: idText(doc.agentId),
  contactName: doc.contactName,
  queuedAt: +doc.queuedAt,
  createdAt: +doc.createdAt,
  rating: doc.rating?.score ?? null,
  suggestion: doc.suggestion
})

/** An interaction as an `interaction.changed` tells it: whole, so nothing needs to be read. */
export function heardStanding({ payload, hints }: Heard): VisitInteraction {
  const { interaction } = JSON.parse(payload) as { interaction: InteractionWire }
  const {
    id,
    conversationId,
    state,
    queueId,
    agentId,
    contactName,
    queuedAt,
    createdAt,
    rating,
    suggestion
  } = interaction
  return {
    id,
    conversationId,
    logged: (hints as InteractionHints).logged,
    state,
    queueId,
    agentId,
    contactName,
    queuedAt: Date.parse(queuedAt),
    createdAt: Date.parse(createdAt),
    rating: rating?.score ?? null,
    suggestion
  }
}

/**
 * The newer of what is known and what was read or heard: a read may have begun before something was heard, and a
 * conversation that has a visitor keeps one (a merge takes its key away for a moment).
 */
export function newerStanding(known: Standing, next: Standing): Standing {
  if (next.conversationId === null) return known
  if (next.conversationId !== known.conversationId || !known.interaction) return next
  if (!next.interaction) return known
  const isOlder =
    next.interaction.id === known.interaction.id
      ? next.interaction.logged < known.interaction.logged
      : next.interaction.createdAt < known.interaction.createdAt
  return isOlder ? known : next
}
