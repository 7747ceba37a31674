import { Schema, model, type Types } from 'mongoose'
import type {
  Suppression as SuppressionWire,
  SuppressionKind,
  SuppressionReason
} from '@palabre/config/contract/suppression'

/** An address that campaigns leave out. It is found by `mark`, so it may be forgotten and stay suppressed. */
export interface SuppressionDoc {
  _id: Types.ObjectId
  kind: SuppressionKind
  /** What `markOf` makes of the address. */
  mark: string
  address: string | null
  /** '' for whatever the purpose; a unique key needs a value. */
  purposeId: string
  reason: SuppressionReason
  /** Place of the reason among them: the lower, the weightier. */
  weight: number
  note: string
  byName: string
  at: Date
}

const schema = new Schema<SuppressionDoc>(
  {
    kind: String,
    mark: String,
    address: { type: String, default: null },
    purposeId: { type: String, default: '' },
    reason: String,
    weight: Number,
    note: { type: String, default: '' },
    byName: { type: String, default: '' },
    at: Date
  },
  { collection: 'suppressions', versionKey: false, strict: 'throw' }
)
schema.index({ mark: 1, purposeId: 1 }, { unique: true })
schema.index({ at: -1, _id: -1 })
schema.index({ reason: 1, at: -1, _id: -1 })

export const Suppression = model<SuppressionDoc>('Suppression', schema)

export const presentSuppression = (doc: SuppressionDoc): SuppressionWire => ({
  id: doc._id.toHexString(),
  kind: doc.kind,
  address: doc.address,
  purposeId: doc.purposeId === '' ? null : doc.purposeId,
  reason: doc.reason,
  note: doc.note,
  byName: doc.byName,
  at: doc.at.toISOString()
})
