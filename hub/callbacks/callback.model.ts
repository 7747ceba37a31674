import { model, type Types } from 'mongoose'
import type { AttemptCause } from '@palabre/config/contract/call-end'
import type {
  Callback as CallbackWire,
  CallbackSource,
  CallbackState
} from '@palabre/config/contract/callback'
import type { Requirement } from '@palabre/config/contract/routing'
import { loggedSchema, type Logged } from '../record/logged.ts'
import { told } from '../record/relay.ts'
import { idText, timeText } from '../wire.ts'

/** One time that it was with the queue, and what came of it; `cause` null: somebody was reached. */
export interface AttemptDoc {
  at: Date
  interactionId: Types.ObjectId
  agentId: Types.ObjectId | null
  cause: AttemptCause | null
}

/** What somebody agreed to who asked on the web, and from where. */
export interface ConsentProof {
  text: string
  at: Date
  address: string
  site: string
}

/** How far whoever asked was told of it. */
export interface NoticesDoc {
  /** The line of the log that was told last, and what was promised then. */
  line: number
  promise: string
  /** The begin of the slot that they were reminded of. */
  remindedOf: Date | null
  /** When there is something to tell. */
  dueAt: Date | null
  attempts: number
  claim: { by: string; until: Date } | null
}

/** Somebody who asked to be called, until they were or nobody tries any more. Each try is an interaction. */
export interface CallbackDoc extends Logged {
  state: CallbackState
  source: CallbackSource
  queueId: Types.ObjectId
  accountId: Types.ObjectId
  channel: string
  contactId: Types.ObjectId | null
  name: string
  /** E.164 */
  number: string
  email: string
  reason: string
  locale: 'en' | 'fr'
  agentId: Types.ObjectId | null
  slot: { from: Date; to: Date } | null
  nextAt: Date | null
  interactionId: Types.ObjectId | null
  conversationId: Types.ObjectId | null
  attempts: AttemptDoc[]
  kept: boolean | null
  consent: ConsentProof | null
  notices?: NoticesDoc | null | undefined
  /** What is asked of agents beside what the queue asks. */
  requirements: Requirement[]
  priority: number
  /** How often it was given to its queue: with the id, what keeps a repeat from doing so twice. */
  round: number
  /** Queue and number while it is open: nobody is called twice for one wish. */
  openKey?: string | undefined
  /** What whoever asked named it by, so that a repeat makes one. */
  askedKey?: string | undefined
  createdAt: Date
  endedAt: Date | null
}

const schema = loggedSchema<CallbackDoc>(
  {
    state: String,
    source: String,
    queueId: 'ObjectId',
    accountId: 'ObjectId',
    channel: String,
    contactId: { type: 'ObjectId', default: null },
    name: String,
    number: String,
    email: { type: String, default: '' },
    reason: { type: String, default: '' },
    locale: String,
    agentId: { type: 'ObjectId', default: null },
    slot: { type: Object, default: null },
    nextAt: { type: Date, default: null },
    interactionId: { type: 'ObjectId', default: null },
    conversationId: { type: 'ObjectId', default: null },
    attempts: { type: Array, default: [] },
    kept: { type: Boolean, default: null },
    consent: { type: Object, default: null },
    notices: { type: Object, default: null },
    requirements: { type: Array, default: [] },
    priority: { type: Number, default: 0 },
    round: { type: Number, default: 0 },
    openKey: String,
    askedKey: String,
    createdAt: Date,
    endedAt: { type: Date, default: null }
  },
  'callbacks'
)
schema.index({ openKey: 1 }, { unique: true, partialFilterExpression: { openKey: { $type: 'string' } } })
schema.index({ askedKey: 1 }, { unique: true, partialFilterExpression: { askedKey: { $type: 'string' } } })
schema.index({ nextAt: 1 }, { partialFilterExpression: { nextAt: { $type: 'date' } } })
schema.index({ interactionId: 1 }, { partialFilterExpression: { interactionId: { $type: 'objectId' } } })
schema.index({ 'notices.dueAt': 1 }, { partialFilterExpression: { 'notices.dueAt': { $type: 'date' } } })
schema.index({ state: 1, updatedAt: 1 })
schema.index({ queueId: 1, createdAt: -1, _id: -1 })
schema.index({ contactId: 1, createdAt: -1, _id: -1 })
schema.index({ number: 1, createdAt: -1 })

export const Callback = model<CallbackDoc>('Callback', schema)

/** What keeps a number from waiting twice in a queue. */
export const openKeyOf = (queueId: string, number: string) => `${queueId}:${number}`

export const presentCallback = (doc: CallbackDoc): CallbackWire => ({
  id: doc._id.toHexString(),
  version: doc.version,
  state: doc.state,
  source: doc.source,
  queueId: doc.queueId.toHexString(),
  accountId: doc.accountId.toHexString(),
  contactId: idText(doc.contactId),
  name: doc.name,
  number: doc.number,
  email: doc.email,
  reason: doc.reason,
  locale: doc.locale,
  agentId: idText(doc.agentId),
  slot: doc.slot && { from: doc.slot.from.toISOString(), to: doc.slot.to.toISOString() },
  nextAt: timeText(doc.nextAt),
  interactionId: idText(doc.interactionId),
  conversationId: idText(doc.conversationId),
  attempts: doc.attempts.map(({ at, interactionId, agentId, cause }) => ({
    at: at.toISOString(),
    interactionId: interactionId.toHexString(),
    agentId: idText(agentId),
    cause
  })),
  kept: doc.kept,
  createdAt: doc.createdAt.toISOString(),
  endedAt: timeText(doc.endedAt)
})

/** Whoever had it before hears that it is theirs no more. */
const formerAgents = ({ log }: CallbackDoc): string[] =>
  log
    .slice(-2)
    .map(({ figures }) => figures['fromAgentId'])
    .filter((id): id is string => typeof id === 'string')

export const callbackTold = told<CallbackDoc>({
  noun: 'callback',
  model: Callback,
  tell: (doc) => [
    {
      name: 'callback.changed',
      payload: { callback: presentCallback(doc) },
      topics: [
        `queue:${doc.queueId.toHexString()}`,
        ...(doc.interactionId ? [`interaction:${doc.interactionId.toHexString()}`] : []),
        ...new Set(
          [idText(doc.agentId), ...formerAgents(doc)].filter((id) => id !== null).map((id) => `agent:${id}`)
        )
      ]
    }
  ],
  dimensions: (doc) => ({
    queueId: doc.queueId,
    agentId: doc.agentId,
    accountId: doc.accountId,
    channel: doc.channel,
    medium: 'callback',
    contactId: doc.contactId
  })
})
