import { model, type Types } from 'mongoose'
import { threshold, type Threshold, type ThresholdFields } from '@palabre/config/contract/threshold'
import { hiddenSecret } from '../accounts/account.model.ts'
import type { Hub } from '../hub.ts'
import { loggedSchema, type Logged } from '../record/logged.ts'
import { told } from '../record/relay.ts'

/** A figure that must not go beyond a level; the webhook's secret is sealed. */
export interface ThresholdDoc extends Logged, ThresholdFields {
  archived: boolean
  /** Until when it makes no noise, and who said so. */
  snooze: { until: Date; by: { id: string; name: string } } | null
}

const fieldNames = Object.keys(threshold.fields.properties) as (keyof ThresholdFields)[]

const schema = loggedSchema<ThresholdDoc>(
  {
    ...Object.fromEntries(fieldNames.map((name) => [name, { type: Object, default: null }])),
    archived: { type: Boolean, default: false },
    snooze: { type: Object, default: null }
  },
  'thresholds'
)

export const ThresholdModel = model<ThresholdDoc>('Threshold', schema)

const purpose = (id: Types.ObjectId) => `threshold:${id.toHexString()}:secret`

export const sealSecret = (hub: Hub, id: Types.ObjectId, plain: string) => hub.vault.seal(plain, purpose(id))
export const openSecret = (hub: Hub, doc: ThresholdDoc): string | null =>
  doc.webhook && hub.vault.open(doc.webhook.secret, purpose(doc._id))

/** The declared fields of a record, and nothing else. */
export const fieldsOf = (doc: ThresholdDoc): ThresholdFields =>
  Object.fromEntries(fieldNames.map((name) => [name, doc[name]])) as unknown as ThresholdFields

/** As the contract writes it: of the secret only that there is one. Who may not change it does not see who is told. */
export const presentThreshold = (doc: ThresholdDoc, mayWrite: boolean): Threshold => ({
  id: doc._id.toHexString(),
  version: doc.version,
  archived: doc.archived,
  updatedAt: doc.updatedAt.toISOString(),
  ...fieldsOf(doc),
  mail: mayWrite ? doc.mail : { ...doc.mail, userIds: [], addresses: [] },
  webhook: mayWrite && doc.webhook ? { ...doc.webhook, secret: hiddenSecret } : null
})

export const thresholdTold = told<ThresholdDoc>({
  noun: 'threshold',
  model: ThresholdModel,
  // Who may see it reads it; what it says is not for everybody.
  tell: (doc) => [
    {
      name: 'setting.changed',
      payload: { resource: 'threshold', id: doc._id.toHexString() },
      topics: ['everybody']
    }
  ],
  dimensions: () => ({})
})
