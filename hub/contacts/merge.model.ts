import { Schema, model, type Types } from 'mongoose'
import type { MergeChoices } from '@palabre/config/contract/contact'
import type { Actor } from '../hub.ts'

/**
 * One merge of a contact into another: what came along, and how far it is. The contact that came is kept as it was, and
 * what their card brought stands with the one that took it (`absorbed`).
 */
export interface MergeDoc {
  _id: Types.ObjectId
  targetId: Types.ObjectId
  sourceId: Types.ObjectId
  choices: MergeChoices
  by: Actor
  at: Date
  /** Under which both contacts are kept from others while it, or its undoing, is under way. */
  lockId: Types.ObjectId
  state: 'merging' | 'merged' | 'parting' | 'parted'
  /** Theirs, as they came: what goes back with them. */
  conversationIds: Types.ObjectId[]
  interactionIds: Types.ObjectId[]
  partedBy: Actor | null
  partedAt: Date | null
  /** When somebody else finishes what is under way, or looks for what began in its middle; null: it is done. */
  dueAt: Date | null
}

const schema = new Schema<MergeDoc>(
  {
    targetId: 'ObjectId',
    sourceId: 'ObjectId',
    choices: { type: Object, default: {} },
    by: Object,
    at: Date,
    lockId: 'ObjectId',
    state: String,
    conversationIds: ['ObjectId'],
    interactionIds: ['ObjectId'],
    partedBy: { type: Object, default: null },
    partedAt: { type: Date, default: null },
    dueAt: { type: Date, default: null }
  },
  { collection: 'contactMerges', versionKey: false, minimize: false, strict: 'throw' }
)
schema.index({ targetId: 1, at: -1 })
schema.index({ dueAt: 1 }, { partialFilterExpression: { dueAt: { $type: 'date' } } })

export const ContactMerge = model<MergeDoc>('ContactMerge', schema)

/** So long after a merge or its undoing what began in its middle is looked for. */
export const settleMs = 10_000
