import { Schema, model, type Types } from 'mongoose'

/**
 * How long a record was in one state: an interaction waited, was offered, was in hand, was wrapped up; an agent was
 * ready, paused, away. Made of facts, and can be made again from them.
 */
export interface IntervalDoc {
  /** `<record>:<n>` of the line that began it. */
  _id: string
  noun: string
  recordId: Types.ObjectId
  n: number
  state: string
  from: Date
  /** Null while it lasts. */
  to: Date | null
  queueId: string | null
  agentId: string | null
  detail: string | null
  /** What its record is grouped by beside these: channel, medium, account, team. */
  of: Record<string, unknown>
}

const schema = new Schema<IntervalDoc>(
  {
    _id: String,
    noun: String,
    recordId: 'ObjectId',
    n: Number,
    state: String,
    from: Date,
    to: { type: Date, default: null },
    queueId: { type: String, default: null },
    agentId: { type: String, default: null },
    detail: { type: String, default: null },
    of: Object
  },
  { collection: 'intervals', versionKey: false, minimize: false, strict: 'throw' }
)
schema.index({ recordId: 1, n: 1 })
schema.index({ noun: 1, from: 1 })

export const IntervalRecord = model<IntervalDoc>('Interval', schema)
