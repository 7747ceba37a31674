import { model, type Types } from 'mongoose'
import { SourceFields, type Source, type SourceHealth } from '@palabre/config/contract/source'
import type { Hub } from '../hub.ts'
import { hiddenSecret } from '../accounts/account.model.ts'
import { loggedSchema, type Logged } from '../record/logged.ts'
import { told } from '../record/relay.ts'
import { timeText } from '../wire.ts'

/** A database that flows look things up in; its password is sealed, empty when there is none. */
export interface SourceDoc extends Logged, SourceFields {
  archived: boolean
  password: string
  health: { state: SourceHealth['state']; detail: string; since: Date | null }
}

const fieldNames = Object.keys(SourceFields.properties) as (keyof SourceFields)[]

const schema = loggedSchema<SourceDoc>(
  {
    ...Object.fromEntries(fieldNames.map((name) => [name, { type: Object }])),
    archived: { type: Boolean, default: false },
    password: { type: String, default: '' },
    health: { type: Object, default: () => ({ state: 'unknown', detail: '', since: null }) }
  },
  'sources'
)

export const SourceModel = model<SourceDoc>('Source', schema)

const purpose = (id: Types.ObjectId) => `source:${id.toHexString()}:password`

export const sealPassword = (hub: Hub, id: Types.ObjectId, plain: string) =>
  plain === '' ? '' : hub.vault.seal(plain, purpose(id))
export const openPassword = (hub: Hub, doc: SourceDoc) =>
  doc.password === '' ? '' : hub.vault.open(doc.password, purpose(doc._id))

/** The declared fields of a record, and nothing else. */
export const fieldsOf = (doc: SourceDoc): SourceFields =>
  Object.fromEntries(fieldNames.map((name) => [name, doc[name]])) as unknown as SourceFields

/** The source as administrators see it: of the password only whether it is set. */
export const presentSource = (doc: SourceDoc): Source => ({
  id: doc._id.toHexString(),
  version: doc.version,
  archived: doc.archived,
  ...fieldsOf(doc),
  password: doc.password === '' ? null : hiddenSecret,
  health: { state: doc.health.state, detail: doc.health.detail, since: timeText(doc.health.since) },
  updatedAt: doc.updatedAt.toISOString()
})

export const sourceTold = told<SourceDoc>({
  noun: 'source',
  model: SourceModel,
  tell: (doc) => [
    {
      name: 'setting.changed',
      payload: { resource: 'source', id: doc._id.toHexString() },
      topics: ['everybody']
    }
  ],
  dimensions: () => ({})
})
