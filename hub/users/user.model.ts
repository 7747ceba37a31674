import { model, type Types } from 'mongoose'
import type { Role } from '@palabre/config/contract/permissions'
import type { Preferences } from '@palabre/config/contract/user'
import { loggedSchema, type Logged } from '../record/logged.ts'
import { told } from '../record/relay.ts'

/** Somebody with a login. */
export interface UserDoc extends Logged {
  name: string
  /** Lower case, unique. */
  email: string
  roles: Role[]
  /** argon2id, PHC string. */
  passwordHash: string
  passwordChangeRequired: boolean
  failures: number
  lockedUntil: Date | null
  lastSignInAt: Date | null
  agentId: Types.ObjectId | null
  /** Teams that a supervisor looks after; null or absent: all. */
  lookedAfter?: string[] | null
  preferences: Preferences
  archived: boolean
}

const schema = loggedSchema<UserDoc>(
  {
    name: String,
    email: String,
    roles: [String],
    passwordHash: String,
    passwordChangeRequired: { type: Boolean, default: false },
    failures: { type: Number, default: 0 },
    lockedUntil: { type: Date, default: null },
    lastSignInAt: { type: Date, default: null },
    agentId: { type: 'ObjectId', default: null },
    lookedAfter: { type: [String], default: null },
    preferences: Object,
    archived: { type: Boolean, default: false }
  },
  'users'
)
schema.index({ email: 1 }, { unique: true })

export const User = model<UserDoc>('User', schema)

export const defaultPreferences: Preferences = {
  locale: 'en',
  theme: 'system',
  offerSound: 'bell',
  offerVolume: 60,
  notifications: true,
  signature: ''
}

export const userTold = told<UserDoc>({
  noun: 'user',
  model: User,
  tell: (doc) => [
    {
      name: 'user.changed',
      payload: { userId: doc._id.toHexString() },
      topics: [`user:${doc._id.toHexString()}`, 'administrators']
    }
  ],
  dimensions: () => ({})
})
