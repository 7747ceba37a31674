import { model } from 'mongoose'
import type { Rules, Segment as SegmentWire } from '@palabre/config/contract/audience'
import type { Kept } from '../audiences/keep.ts'
import { loggedSchema } from '../record/logged.ts'
import { told } from '../record/relay.ts'

/** Contacts who fit rules, whoever that is at the moment. */
export interface SegmentDoc extends Kept {
  description: string
  rules: Rules
}

const schema = loggedSchema<SegmentDoc>(
  {
    name: String,
    description: { type: String, default: '' },
    archived: { type: Boolean, default: false },
    rules: Object
  },
  'segments'
)
export const Segment = model<SegmentDoc>('Segment', schema)

export const presentSegment = (doc: SegmentDoc): SegmentWire => ({
  id: doc._id.toHexString(),
  version: doc.version,
  archived: doc.archived,
  updatedAt: doc.updatedAt.toISOString(),
  name: doc.name,
  description: doc.description,
  rules: doc.rules
})

export const segmentTold = told<SegmentDoc>({
  noun: 'segment',
  model: Segment,
  tell: (doc) => [
    {
      name: 'setting.changed',
      payload: { resource: 'segment', id: doc._id.toHexString() },
      topics: ['audience']
    }
  ],
  dimensions: () => ({})
})
