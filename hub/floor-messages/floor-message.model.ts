import { Schema, model, type Types } from 'mongoose'
import type { FloorMessage as FloorMessageWire, helpEnds } from '@palabre/config/contract/floor-message'

/** How long words of the floor are kept after the last of them. */
export const keptMs = 180 * 86_400_000

export interface AuthorDoc {
  userId: Types.ObjectId
  agentId: Types.ObjectId | null
  name: string
}

/** One agent's side: what she has seen, and what was said there. */
export interface SideDoc {
  agentId: Types.ObjectId
  readAt: Date | null
  acknowledgedAt: Date | null
  /** When a supervisor last said something to her. */
  toldAt: Date | null
  /** When she last said something. */
  spokeAt: Date | null
  answers: number
  last: { name: string; text: string; byAgent: boolean; at: Date } | null
}

/**
 * A word between supervisors and agents, with a side for each agent that it is with. Every change is one command on what
 * it concerns (a side, who takes it), so that three hundred readers of the same moment do not wait for each other.
 */
export interface FloorMessageDoc {
  _id: Types.ObjectId
  version: number
  kind: FloorMessageWire['kind']
  importance: FloorMessageWire['importance']
  /** `<user>:<id of the writer's own>`; unique, so that a repeat writes nothing. */
  clientKey: string
  author: AuthorDoc
  audience: { kind: 'agents' | 'teams' | 'floor'; ids: string[] } | null
  text: string
  at: Date
  lastAt: Date
  sides: SideDoc[]
  /** When each supervisor last looked, by user. */
  lookedAt: Record<string, Date>
  help: {
    agentId: Types.ObjectId
    interactionId: Types.ObjectId | null
    channel: string | null
    takenBy: { userId: Types.ObjectId; name: string; at: Date } | null
    endedAt: Date | null
    end: (typeof helpEnds)[number] | null
  } | null
  /** `<agent>:<interaction>` while help is wanted; unique, so that nobody asks twice for the same. */
  openKey?: string | undefined
  /** Written and not told yet; what is left of it was left by a crash. */
  tellAt: Date | null
  expiresAt: Date
}

export interface FloorAnswerDoc {
  _id: Types.ObjectId
  messageId: Types.ObjectId
  agentId: Types.ObjectId
  clientKey: string
  author: AuthorDoc
  byAgent: boolean
  text: string
  at: Date
  expiresAt: Date
}

const plain = { versionKey: false, minimize: false, strict: 'throw' } as const

const messages = new Schema<FloorMessageDoc>(
  {
    version: Number,
    kind: String,
    importance: String,
    clientKey: String,
    author: Object,
    audience: { type: Object, default: null },
    text: String,
    at: Date,
    lastAt: Date,
    sides: Array,
    lookedAt: { type: Object, default: {} },
    help: { type: Object, default: null },
    openKey: String,
    tellAt: { type: Date, default: null },
    expiresAt: Date
  },
  { collection: 'floorMessages', ...plain }
)
messages.index({ clientKey: 1 }, { unique: true })
messages.index({ openKey: 1 }, { unique: true, partialFilterExpression: { openKey: { $type: 'string' } } })
messages.index({ tellAt: 1 }, { partialFilterExpression: { tellAt: { $type: 'date' } } })
messages.index({ 'sides.agentId': 1, lastAt: -1, _id: -1 })
messages.index({ 'author.userId': 1, lastAt: -1, _id: -1 })
messages.index({ lastAt: -1, _id: -1 })
messages.index({ expiresAt: 1 }, { expireAfterSeconds: 0 })

const answers = new Schema<FloorAnswerDoc>(
  {
    messageId: 'ObjectId',
    agentId: 'ObjectId',
    clientKey: String,
    author: Object,
    byAgent: Boolean,
    text: String,
    at: Date,
    expiresAt: Date
  },
  { collection: 'floorAnswers', ...plain }
)
answers.index({ clientKey: 1 }, { unique: true })
answers.index({ messageId: 1, agentId: 1, at: -1, _id: -1 })
answers.index({ expiresAt: 1 }, { expireAfterSeconds: 0 })

export const FloorMessage = model<FloorMessageDoc>('FloorMessage', messages)
export const FloorAnswer = model<FloorAnswerDoc>('FloorAnswer', answers)
