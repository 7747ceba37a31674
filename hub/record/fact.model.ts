import { Schema, model, type Types } from 'mongoose'
import type { Standing } from './logged.ts'

/** What happened, for reporting: one document per logged line, never changed. */
export interface FactDoc {
  _id: string
  noun: string
  recordId: Types.ObjectId
  n: number
  at: Date
  name: string
  byId: string | null
  figures: Record<string, string | number | null>
  /** Where the record stood after it. */
  after?: Standing
  /** Set until intervals and roll-ups know of it. */
  fresh?: true
}

const schema = new Schema<FactDoc>(
  { _id: String },
  { collection: 'facts', versionKey: false, strict: false, minimize: false }
)
schema.index({ noun: 1, name: 1, at: 1 })
// Few: what the last second brought.
schema.index({ fresh: 1, at: 1 }, { partialFilterExpression: { fresh: true } })

export const Fact = model<FactDoc>('Fact', schema)
