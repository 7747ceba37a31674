import { model, type Types } from 'mongoose'
import type { Contact as ContactWire } from '@palabre/config/contract/contact'
import { loggedSchema, type Logged } from '../record/logged.ts'
import { told } from '../record/relay.ts'

export interface PointDoc {
  kind: ContactWire['points'][number]['kind']
  value: string
  verified: boolean
  /** `<kind>:<value>`, unique over all contacts. */
  key: string
}

/** A person; a contact point belongs to one contact only. */
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
    mergedInto: { type: 'ObjectId', default: null }
  },
  'contacts'
)
schema.index(
  { 'points.key': 1 },
  { unique: true, partialFilterExpression: { 'points.key': { $type: 'string' } } }
)
schema.index({ name: 1, _id: 1 })

export const Contact = model<ContactDoc>('Contact', schema)

export const pointKey = (kind: string, value: string) => `${kind}:${value}`

export function presentContact(doc: ContactDoc): ContactWire {
  return {
    id: doc._id.toHexString(),
    version: doc.version,
    name: doc.name,
    points: doc.points.map(({ kind, value, verified }) => ({ kind, value, verified })),
    locale: doc.locale,
    company: doc.company,
    notes: doc.notes,
    attributes: doc.attributes,
    preferredIds: doc.preferredIds,
    forbiddenIds: doc.forbiddenIds,
    doNotCall: doc.doNotCall,
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
