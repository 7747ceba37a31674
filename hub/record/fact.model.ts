import { Schema, model, type Types } from 'mongoose'

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
}

const schema = new Schema<FactDoc>(
  { _id: String },
  { collection: 'facts', versionKey: false, strict: false, minimize: false }
)
schema.index({ noun: 1, name: 1, at: 1 })

export const Fact = model<FactDoc>('Fact', schema)
