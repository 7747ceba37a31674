import { Schema, model, type Types } from 'mongoose'
import type { ContactList as ListWire, memberSources } from '@palabre/config/contract/audience'
import type { Kept } from '../audiences/keep.ts'
import { loggedSchema } from '../record/logged.ts'
import { told } from '../record/relay.ts'

/** Contacts chosen one by one. */
export interface ListDoc extends Kept {
  description: string
  /** As counted after the last change. */
  members: number
  createdBy: string
  createdAt: Date
}

/** One contact on one list; who was merged stays under the id that they had. */
export interface MemberDoc {
  _id: Types.ObjectId
  listId: Types.ObjectId
  contactId: Types.ObjectId
  at: Date
  source: (typeof memberSources)[number]
}

const schema = loggedSchema<ListDoc>(
  {
    name: String,
    description: { type: String, default: '' },
    archived: { type: Boolean, default: false },
    members: { type: Number, default: 0 },
    createdBy: String,
    createdAt: Date
  },
  'lists'
)
export const ContactList = model<ListDoc>('ContactList', schema)

const memberSchema = new Schema<MemberDoc>(
  { listId: 'ObjectId', contactId: 'ObjectId', at: Date, source: String },
  { collection: 'listMembers', versionKey: false, strict: 'throw' }
)
memberSchema.index({ listId: 1, contactId: 1 }, { unique: true })
memberSchema.index({ contactId: 1 })
export const ListMember = model<MemberDoc>('ListMember', memberSchema)

export const presentList = (doc: ListDoc): ListWire => ({
  id: doc._id.toHexString(),
  version: doc.version,
  name: doc.name,
  description: doc.description,
  archived: doc.archived,
  members: doc.members,
  createdBy: doc.createdBy,
  createdAt: doc.createdAt.toISOString(),
  updatedAt: doc.updatedAt.toISOString()
})

export const listTold = told<ListDoc>({
  noun: 'list',
  model: ContactList,
  tell: (doc) => [{ name: 'list.changed', payload: { list: presentList(doc) }, topics: ['audience'] }],
  dimensions: () => ({})
})
