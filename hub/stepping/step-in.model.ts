import { Schema, model, type Types } from 'mongoose'
import type { StepIn as StepInWire } from '@palabre/config/contract/stepping'

/** What an agent lost to a supervisor, until she has put it away. */
export interface StepInDoc {
  _id: Types.ObjectId
  agentId: Types.ObjectId
  interactionId: Types.ObjectId
  contactName: string
  kind: StepInWire['kind']
  byName: string
  reason: string
  draft: StepInWire['draft']
  at: Date
}

const keptSeconds = 30 * 86_400

const schema = new Schema<StepInDoc>(
  {
    agentId: 'ObjectId',
    interactionId: 'ObjectId',
    contactName: String,
    kind: String,
    byName: String,
    reason: String,
    draft: { type: Object, default: null },
    at: Date
  },
  { collection: 'stepIns', versionKey: false, strict: 'throw' }
)
schema.index({ agentId: 1, at: -1 })
schema.index({ at: 1 }, { expireAfterSeconds: keptSeconds })

export const StepIn = model<StepInDoc>('StepIn', schema)

export const presentStepIn = (doc: StepInDoc): StepInWire => ({
  id: doc._id.toHexString(),
  interactionId: doc.interactionId.toHexString(),
  contactName: doc.contactName,
  kind: doc.kind,
  byName: doc.byName,
  reason: doc.reason,
  draft: doc.draft,
  at: doc.at.toISOString()
})
