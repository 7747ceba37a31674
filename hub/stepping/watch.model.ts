import { Schema, model, type Types } from 'mongoose'

/** Somebody looks on, through one socket. What is overdue was left by a node that is gone; any other ends it. */
export interface WatchDoc {
  _id: Types.ObjectId
  interactionId: Types.ObjectId
  userId: string
  userName: string
  address: string
  /** Who is looked at; null while nobody holds it. */
  agentId: Types.ObjectId | null
  /** Since when it is this agent. */
  since: Date
  until: Date
}

const schema = new Schema<WatchDoc>(
  {
    interactionId: 'ObjectId',
    userId: String,
    userName: String,
    address: String,
    agentId: { type: 'ObjectId', default: null },
    since: Date,
    until: Date
  },
  { collection: 'watches', versionKey: false, strict: 'throw' }
)
schema.index({ interactionId: 1 })
schema.index({ agentId: 1 })
schema.index({ until: 1 })

export const Watch = model<WatchDoc>('Watch', schema)

/** A node says so often that its watches go on, and they are given up after so long without. */
export const renewEveryMs = 10_000
export const watchMs = 35_000
