import { Schema, model, type Types } from 'mongoose'

/** A signed-in browser. The cookie holds the token; only its hash is stored. */
export interface SessionDoc {
  _id: Types.ObjectId
  tokenHash: string
  userId: Types.ObjectId
  userAgent: string
  address: string
  createdAt: Date
  seenAt: Date
  expiresAt: Date
}

const schema = new Schema<SessionDoc>(
  {
    tokenHash: String,
    userId: 'ObjectId',
    userAgent: String,
    address: String,
    createdAt: Date,
    seenAt: Date,
    expiresAt: Date
  },
  { collection: 'sessions', versionKey: false }
)
schema.index({ tokenHash: 1 }, { unique: true })
schema.index({ userId: 1 })
schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 })

export const Session = model<SessionDoc>('Session', schema)
