import { model, type Types } from 'mongoose'
import {
  wallboard,
  type WallLink,
  type Wallboard,
  type WallboardFields
} from '@palabre/config/contract/wallboard'
import { loggedSchema, type Logged } from '../record/logged.ts'
import { told } from '../record/relay.ts'

/** The way in without login. Of the token only its hash is kept. */
export interface KeptLink {
  tokenHash: string
  madeAt: Date
  madeBy: string
  expiresAt: Date | null
  seenAt: Date | null
  seenAddress: string | null
}

export interface WallboardDoc extends Logged, WallboardFields {
  archived: boolean
  /** Who saved it last: it shows what she may see. */
  keeper: { id: Types.ObjectId; name: string }
  link: KeptLink | null
}

const fieldNames = Object.keys(wallboard.fields.properties) as (keyof WallboardFields)[]

const schema = loggedSchema<WallboardDoc>(
  {
    ...Object.fromEntries(fieldNames.map((name) => [name, { type: Object, default: null }])),
    archived: { type: Boolean, default: false },
    keeper: Object,
    link: { type: Object, default: null }
  },
  'wallboards'
)
schema.index(
  { 'link.tokenHash': 1 },
  { unique: true, partialFilterExpression: { 'link.tokenHash': { $type: 'string' } } }
)

export const WallboardModel = model<WallboardDoc>('Wallboard', schema)

/** The declared fields of a record, and nothing else. */
export const fieldsOf = (doc: WallboardDoc): WallboardFields =>
  Object.fromEntries(fieldNames.map((name) => [name, doc[name]])) as unknown as WallboardFields

export const presentWallboard = (doc: WallboardDoc): Wallboard => ({
  id: doc._id.toHexString(),
  version: doc.version,
  archived: doc.archived,
  updatedAt: doc.updatedAt.toISOString(),
  ...fieldsOf(doc)
})

export const presentLink = ({ _id, keeper, link }: WallboardDoc): WallLink => ({
  wallboardId: _id.toHexString(),
  keeper: { id: keeper.id.toHexString(), name: keeper.name },
  link: link && {
    madeAt: link.madeAt.toISOString(),
    madeBy: link.madeBy,
    expiresAt: link.expiresAt?.toISOString() ?? null,
    seenAt: link.seenAt?.toISOString() ?? null,
    seenAddress: link.seenAddress
  }
})

export const wallboardTold = told<WallboardDoc>({
  noun: 'wallboard',
  model: WallboardModel,
  // Who may see it reads it; nodes that have its screens look whether they may stay.
  tell: (doc) => [
    {
      name: 'setting.changed',
      payload: { resource: 'wallboard', id: doc._id.toHexString() },
      topics: ['everybody']
    }
  ],
  dimensions: () => ({})
})
