import { model, type Types } from 'mongoose'
import type {
  Interaction as InteractionWire,
  InteractionState,
  LogEntry
} from '@palabre/config/contract/interaction'
import type { AttemptCause } from '@palabre/config/contract/call-end'
import type { Reason, Requirement } from '@palabre/config/contract/routing'
import { loggedSchema, type LogLine, type Logged, type Standing } from '../record/logged.ts'
import { told } from '../record/relay.ts'
import { idText, timeText } from '../wire.ts'

export interface OfferDoc {
  id: Types.ObjectId
  agentId: Types.ObjectId
  at: Date
  expiresAt: Date
  reasons: Reason[]
}

/** A colleague who was asked and sees it until the consult is ended. */
export interface ConsultDoc {
  id: Types.ObjectId
  agentId: Types.ObjectId
  agentName: string
  byId: Types.ObjectId
  byName: string
  question: string
  at: Date
}

/** That it is somebody's callback. */
export interface CallbackWork {
  /** Absent from those of earlier versions. */
  id?: Types.ObjectId | null
  /** E.164 */
  number: string
  askedAt: Date
  /** Those that reached nobody. */
  attempts: number
  lastCause: AttemptCause | null
  /** What was promised. */
  slot?: { from: Date; to: Date } | null
  /** Was it called in it? Not known before it was called, or is over. */
  kept?: boolean
}

/** One unit of work on one channel, from arrival to the end of wrap-up. */
export interface InteractionDoc extends Logged {
  conversationId: Types.ObjectId
  contactId: Types.ObjectId
  contactName: string
  accountId: Types.ObjectId
  channel: string
  medium: InteractionWire['medium']
  queueId: Types.ObjectId
  state: InteractionState
  /** The thread that it keeps open; unique, and absent once it is closed. */
  openKey?: string | undefined
  /** The message that it began with; unique, so that no message begins two. */
  begunBy?: Types.ObjectId | undefined
  /** Contact point that answers go to. */
  address: string
  subject: string | null
  preview: string
  previewKind: 'in' | 'out' | 'note'
  lastMessageAt: Date
  /** When the customer's newest message that it knows of was taken. */
  lastInAt?: Date
  /** Ids of the last of them, so that none is counted twice or left out after a crash. */
  lastInIds?: Types.ObjectId[]
  unread: number
  priority: number
  requirements: Requirement[]
  agentId: Types.ObjectId | null
  offer: OfferDoc | null
  /** Who declined or missed it; offered to them again only when nobody else is left. */
  passedOver: Types.ObjectId[]
  sticky: { agentId: Types.ObjectId; until: Date } | null
  /** Wishes of the contact at the time it arrived, by agent id. */
  preferredIds: string[]
  forbiddenIds: string[]
  suggestion: InteractionWire['suggestion']
  estimate: InteractionWire['estimate']
  /** Is called back instead of waiting on the line. */
  callback: CallbackWork | null
  consults: ConsultDoc[]
  /** Rules of overflow that have acted on it, each once. */
  overflowed: string[]
  queuedAt: Date
  acceptedAt: Date | null
  dueAt: Date | null
  /** Until when free words may be sent to the customer; null where that has no end. */
  windowUntil: Date | null
  waitingFor: 'agent' | 'customer'
  snoozedUntil: Date | null
  wrapUp: { since: Date; until: Date | null } | null
  dispositionId: Types.ObjectId | null
  dispositionNote: string
  rating: { score: number; comment: string } | null
  transfer: { byId: Types.ObjectId; note: string } | null
  customerOnline: boolean | null
  /** Answers of a pre-chat form and the page it came from. */
  form: Record<string, string>
  createdAt: Date
  closedAt: Date | null
}

const schema = loggedSchema<InteractionDoc>(
  {
    conversationId: 'ObjectId',
    contactId: 'ObjectId',
    contactName: String,
    accountId: 'ObjectId',
    channel: String,
    medium: String,
    queueId: 'ObjectId',
    state: String,
    openKey: String,
    begunBy: 'ObjectId',
    address: String,
    subject: { type: String, default: null },
    preview: String,
    previewKind: String,
    lastMessageAt: Date,
    lastInAt: Date,
    lastInIds: { type: ['ObjectId'], default: undefined },
    unread: { type: Number, default: 0 },
    priority: { type: Number, default: 0 },
    requirements: { type: Array, default: [] },
    agentId: { type: 'ObjectId', default: null },
    offer: { type: Object, default: null },
    passedOver: ['ObjectId'],
    sticky: { type: Object, default: null },
    preferredIds: [String],
    forbiddenIds: [String],
    suggestion: { type: String, default: null },
    estimate: { type: Object, default: null },
    callback: { type: Object, default: null },
    consults: { type: Array, default: [] },
    overflowed: [String],
    queuedAt: Date,
    acceptedAt: { type: Date, default: null },
    dueAt: { type: Date, default: null },
    windowUntil: { type: Date, default: null },
    waitingFor: { type: String, default: 'agent' },
    snoozedUntil: { type: Date, default: null },
    wrapUp: { type: Object, default: null },
    dispositionId: { type: 'ObjectId', default: null },
    dispositionNote: { type: String, default: '' },
    rating: { type: Object, default: null },
    transfer: { type: Object, default: null },
    customerOnline: { type: Boolean, default: null },
    form: { type: Object, default: {} },
    createdAt: Date,
    closedAt: { type: Date, default: null }
  },
  'interactions'
)
schema.index({ openKey: 1 }, { unique: true, partialFilterExpression: { openKey: { $type: 'string' } } })
schema.index({ begunBy: 1 }, { unique: true, partialFilterExpression: { begunBy: { $type: 'objectId' } } })
schema.index({ state: 1, queueId: 1, queuedAt: 1 })
schema.index({ agentId: 1, state: 1 })
// What may be in a scope, each in the order of lists: a page merges them.
schema.index(
  { 'offer.agentId': 1, lastMessageAt: -1, _id: -1 },
  { partialFilterExpression: { 'offer.agentId': { $type: 'objectId' } } }
)
schema.index(
  { 'consults.agentId': 1, lastMessageAt: -1, _id: -1 },
  { partialFilterExpression: { 'consults.agentId': { $type: 'objectId' } } }
)
schema.index({ agentId: 1, lastMessageAt: -1, _id: -1 })
schema.index({ contactId: 1, lastMessageAt: -1, _id: -1 })
schema.index({ queueId: 1, lastMessageAt: -1, _id: -1 })
schema.index({ lastMessageAt: -1, _id: -1 })
schema.index({ conversationId: 1 })
schema.index({ snoozedUntil: 1 }, { partialFilterExpression: { snoozedUntil: { $type: 'date' } } })

export const Interaction = model<InteractionDoc>('Interaction', schema)

export function presentInteraction(doc: InteractionDoc): InteractionWire {
  return {
    id: doc._id.toHexString(),
    version: doc.version,
    conversationId: doc.conversationId.toHexString(),
    contactId: doc.contactId.toHexString(),
    contactName: doc.contactName,
    accountId: doc.accountId.toHexString(),
    channel: doc.channel,
    medium: doc.medium,
    queueId: doc.queueId.toHexString(),
    state: doc.state,
    subject: doc.subject,
    preview: doc.preview,
    previewKind: doc.previewKind,
    lastMessageAt: doc.lastMessageAt.toISOString(),
    unread: doc.unread,
    priority: doc.priority,
    requirements: doc.requirements,
    agentId: idText(doc.agentId),
    offer: doc.offer && {
      id: doc.offer.id.toHexString(),
      agentId: doc.offer.agentId.toHexString(),
      at: doc.offer.at.toISOString(),
      expiresAt: doc.offer.expiresAt.toISOString(),
      reasons: doc.offer.reasons
    },
    sticky: doc.sticky && {
      agentId: doc.sticky.agentId.toHexString(),
      until: doc.sticky.until.toISOString()
    },
    preferredIds: doc.preferredIds,
    forbiddenIds: doc.forbiddenIds,
    suggestion: doc.suggestion,
    estimate: doc.estimate,
    callback: doc.callback && presentWork(doc.callback),
    consults: doc.consults.map((consult) => ({
      id: consult.id.toHexString(),
      agentId: consult.agentId.toHexString(),
      agentName: consult.agentName,
      byId: consult.byId.toHexString(),
      byName: consult.byName,
      question: consult.question,
      at: consult.at.toISOString()
    })),
    queuedAt: doc.queuedAt.toISOString(),
    acceptedAt: timeText(doc.acceptedAt),
    dueAt: timeText(doc.dueAt),
    windowUntil: timeText(doc.windowUntil),
    waitingFor: doc.waitingFor,
    snoozedUntil: timeText(doc.snoozedUntil),
    wrapUp: doc.wrapUp && { since: doc.wrapUp.since.toISOString(), until: timeText(doc.wrapUp.until) },
    dispositionId: idText(doc.dispositionId),
    dispositionNote: doc.dispositionNote,
    rating: doc.rating,
    transfer: doc.transfer && { byId: doc.transfer.byId.toHexString(), note: doc.transfer.note },
    customerOnline: doc.customerOnline,
    createdAt: doc.createdAt.toISOString(),
    closedAt: timeText(doc.closedAt)
  }
}

const presentWork = ({ id, slot, askedAt, number, attempts, lastCause }: CallbackWork) => ({
  number,
  attempts,
  lastCause,
  id: idText(id),
  askedAt: askedAt.toISOString(),
  slot: slot ? { from: slot.from.toISOString(), to: slot.to.toISOString() } : null
})

/** In which state and queue it is, and whose it is: held, or offered. */
export const standingOf = ({
  state,
  queueId,
  agentId,
  offer
}: Pick<InteractionDoc, 'state' | 'queueId' | 'agentId' | 'offer'>): Standing => ({
  state,
  queueId: queueId.toHexString(),
  agentId: idText(agentId) ?? (state === 'offered' ? idText(offer?.agentId) : null)
})

export const presentLog = (log: LogLine[]): LogEntry[] =>
  log.map(({ n, at, name, byId, figures, reasons }) => ({
    n,
    at: at.toISOString(),
    name,
    byId,
    figures,
    ...(reasons && { reasons })
  }))

/** Those who lose it hear it too: who held or was offered it before. */
function formerHolders(doc: InteractionDoc): string[] {
  return doc.log
    .slice(-4)
    .flatMap((line) => [line.figures['agentId'], line.figures['fromAgentId']])
    .filter((id): id is string => typeof id === 'string')
}

/** Whoever watches the queue that it left hears that it is gone. */
const formerQueues = (doc: InteractionDoc): string[] =>
  doc.log
    .slice(-2)
    .map((line) => line.figures['fromQueueId'])
    .filter((id): id is string => typeof id === 'string')
    .map((id) => `queue:${id}`)

/** What hub nodes ask of every change, so that few need to read the whole of it. */
export interface InteractionHints {
  id: string
  state: InteractionState
  agentId: string | null
  passedOver: string[]
  overflowed: string[]
  logged: number
  queueId: string
  /** In ms since the epoch. */
  acceptedAt: number | null
}

export const hintsOf = (doc: InteractionDoc): InteractionHints => ({
  id: doc._id.toHexString(),
  state: doc.state,
  agentId: idText(doc.agentId),
  passedOver: doc.passedOver.map(String),
  overflowed: doc.overflowed,
  logged: doc.logged,
  queueId: doc.queueId.toHexString(),
  acceptedAt: doc.acceptedAt ? doc.acceptedAt.getTime() : null
})

export const interactionTold = told<InteractionDoc>({
  noun: 'interaction',
  model: Interaction,
  tell(doc) {
    const agents = new Set(
      [
        idText(doc.agentId),
        idText(doc.offer?.agentId),
        ...doc.consults.map(({ agentId }) => agentId.toHexString()),
        ...formerHolders(doc)
      ].filter((id) => id !== null)
    )
    return [
      {
        name: 'interaction.changed',
        payload: { interaction: presentInteraction(doc) },
        topics: [
          `interaction:${doc._id.toHexString()}`,
          `queue:${doc.queueId.toHexString()}`,
          ...formerQueues(doc),
          `conversation:${doc.conversationId.toHexString()}`,
          ...[...agents].map((id) => `agent:${id}`)
        ],
        hints: hintsOf(doc)
      }
    ]
  },
  dimensions: (doc) => ({
    queueId: doc.queueId,
    agentId: doc.agentId,
    accountId: doc.accountId,
    channel: doc.channel,
    medium: doc.medium,
    contactId: doc.contactId
  })
})
