import { model, type Types } from 'mongoose'
import type { Contact as ContactWire } from '@palabre/config/contract/contact'
import { loggedSchema, type Logged } from '../record/logged.ts'
import { told } from '../record/relay.ts'
import { idText } from '../wire.ts'
import type { Took } from './join.ts'

export { pointKey } from './canonical.ts'

export interface PointDoc {
  kind: ContactWire['points'][number]['kind']
  value: string
  verified: boolean
  /** What `pointKey` makes of it, unique over all contacts; of one that came with a merge what `viaKey` makes of that. */
  key: string
}

/** Somebody who was merged into a contact. */
export interface Absorbed {
  mergeId: Types.ObjectId
  /** Theirs, and of those who had been merged into them. */
  contactIds: string[]
  took: Took
}

/** Where a contact's name and picture are asked for. */
export interface ProfileDoc {
  accountId: Types.ObjectId
  address: string
  fetchedAt: Date | null
  attempts: number
}

/**
 * A person; a contact point belongs to one contact only. Who was merged keeps points and card as they were, leads to the
 * contact that they are now by `mergedInto`, and is changed by nothing but an un-merge.
 */
export interface ContactDoc extends Logged {
  name: string
  points: PointDoc[]
  locale: string | null
  company: string
  notes: string
  attributes: Record<string, string>
  /** Agents by id whom they would rather have, and whom they are never given to. */
  preferredIds: string[]
  forbiddenIds: string[]
  /** Asked not to be called. */
  doNotCall: boolean
  createdAt: Date
  mergedInto: Types.ObjectId | null
  /** The merge or un-merge that is under way with them; it keeps others out. */
  merging?: Types.ObjectId | null
  absorbed?: Absorbed[]
  /** What `marksOf` makes of it, by which others like them are found. */
  marks?: string[]
  /** Contacts who are not the same person, though they look like it. */
  distinctIds?: string[]
  pictureId?: Types.ObjectId | null
  profile?: ProfileDoc | null
  /** When name and picture are to be fetched; null: they are not. */
  profileAt?: Date | null
}

const schema = loggedSchema<ContactDoc>(
  {
    name: String,
    points: [{ _id: false, kind: String, value: String, verified: Boolean, key: String }],
    locale: { type: String, default: null },
    company: { type: String, default: '' },
    notes: { type: String, default: '' },
    attributes: { type: Object, default: {} },
    preferredIds: [String],
    forbiddenIds: [String],
    doNotCall: { type: Boolean, default: false },
    createdAt: Date,
    mergedInto: { type: 'ObjectId', default: null },
    merging: { type: 'ObjectId', default: null },
    absorbed: { type: Array, default: [] },
    marks: [String],
    distinctIds: [String],
    pictureId: { type: 'ObjectId', default: null },
    profile: { type: Object, default: null },
    profileAt: { type: Date, default: null }
  },
  'contacts'
)
schema.index(
  { 'points.key': 1 },
  { unique: true, partialFilterExpression: { 'points.key': { $type: 'string' } } }
)
schema.index({ name: 1, _id: 1 })
schema.index({ marks: 1 }, { partialFilterExpression: { marks: { $type: 'string' } } })
schema.index({ profileAt: 1 }, { partialFilterExpression: { profileAt: { $type: 'date' } } })

export const Contact = model<ContactDoc>('Contact', schema)

/** A point that came with a merge has a key of its own beside the one that finds it, which stays where it was. */
export const viaKey = (mergeId: Types.ObjectId, key: string) => `via:${mergeId.toHexString()}:${key}`

/** The key that finds a point, whoever it came with. */
export const ownKey = (key: string) => key.replace(/^(via:[0-9a-f]{24}:)+/, '')

export const cameWith = ({ key }: PointDoc, mergeId: Types.ObjectId) =>
  key.startsWith(`via:${mergeId.toHexString()}:`)

/** A contact's own id, and of all who were merged into them. */
export const idsOf = ({ _id, absorbed = [] }: Pick<ContactDoc, '_id' | 'absorbed'>): string[] => [
  _id.toHexString(),
  ...absorbed.flatMap(({ contactIds }) => contactIds)
]

export const presentPoints = (points: PointDoc[]): ContactWire['points'] =>
  points.map(({ kind, value, verified }) => ({ kind, value, verified }))

export function presentContact(doc: ContactDoc): ContactWire {
  return {
    id: doc._id.toHexString(),
    version: doc.version,
    name: doc.name,
    points: presentPoints(doc.points),
    locale: doc.locale,
    company: doc.company,
    notes: doc.notes,
    attributes: doc.attributes,
    preferredIds: doc.preferredIds,
    forbiddenIds: doc.forbiddenIds,
    doNotCall: doc.doNotCall,
    pictureId: idText(doc.pictureId ?? null),
    createdAt: doc.createdAt.toISOString()
  }
}

export const contactTold = told<ContactDoc>({
  noun: 'contact',
  model: Contact,
  tell: (doc) => [
    {
      name: 'contact.changed',
      payload: { contact: presentContact(doc) },
      topics: [`contact:${doc._id.toHexString()}`]
    }
  ],
  dimensions: () => ({})
})
