import { Schema, model, type Types } from 'mongoose'

/** One traced action; `key` makes a repeated relay harmless. */
export interface AuditDoc {
  _id: Types.ObjectId
  key: string
  at: Date
  actorId: string | null
  actorName: string
  address: string
  action: string
  subject: string
  subjectId: string | null
  changes: Record<string, unknown>
  outcome: string
}

const schema = new Schema<AuditDoc>(
  {
    key: String,
    at: Date,
    actorId: String,
    actorName: String,
    address: String,
    action: String,
    subject: String,
    subjectId: String,
    changes: Schema.Types.Mixed,
    outcome: String
  },
  { collection: 'auditEntries', versionKey: false, minimize: false }
)
schema.index({ key: 1 }, { unique: true })
schema.index({ at: -1, _id: -1 })
schema.index({ subjectId: 1, at: -1 })
schema.index({ actorId: 1, at: -1 })

export const AuditEntry = model<AuditDoc>('AuditEntry', schema)
