import { model } from 'mongoose'
import type { Purpose as PurposeWire } from '@palabre/config/contract/consent'
import { keeper, type Kept } from '../audiences/keep.ts'
import { loggedSchema } from '../record/logged.ts'
import { told } from '../record/relay.ts'

/** What something is sent for. */
export interface PurposeDoc extends Kept {
  description: string
  asks: PurposeWire['asks']
}

const schema = loggedSchema<PurposeDoc>(
  {
    name: String,
    description: { type: String, default: '' },
    asks: { type: String, default: 'consent' },
    archived: { type: Boolean, default: false }
  },
  'purposes'
)
export const Purpose = model<PurposeDoc>('Purpose', schema)

export const presentPurpose = (doc: PurposeDoc): PurposeWire => ({
  id: doc._id.toHexString(),
  version: doc.version,
  archived: doc.archived,
  updatedAt: doc.updatedAt.toISOString(),
  name: doc.name,
  description: doc.description,
  asks: doc.asks
})

const purposeTold = told<PurposeDoc>({
  noun: 'purpose',
  model: Purpose,
  tell: (doc) => [
    {
      name: 'setting.changed',
      payload: { resource: 'purpose', id: doc._id.toHexString() },
      topics: ['everybody']
    }
  ],
  dimensions: () => ({})
})

export const purposes = keeper<PurposeDoc>({ model: Purpose, told: purposeTold })
