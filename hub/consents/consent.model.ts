import { Schema, model, type Types } from 'mongoose'
import type { AudienceChannel, ConsentProof, ConsentSource } from '@palabre/config/contract/consent'

/** One thing that a contact said about one purpose on one channel. Lines are only ever added. */
export interface ConsentDoc {
  /** Given by who writes it, so that a repeat has no effect. */
  _id: string
  contactId: Types.ObjectId
  channel: AudienceChannel
  purposeId: Types.ObjectId
  state: 'given' | 'withdrawn'
  at: Date
  source: ConsentSource
  proof: ConsentProof
  byName: string
  notedAt: Date
}

const schema = new Schema<ConsentDoc>(
  {
    _id: String,
    contactId: 'ObjectId',
    channel: String,
    purposeId: 'ObjectId',
    state: String,
    at: Date,
    source: String,
    proof: Object,
    byName: { type: String, default: '' },
    notedAt: Date
  },
  { collection: 'consents', versionKey: false, minimize: false, strict: 'throw' }
)
// What is asked for many contacts at once stands in it.
schema.index({ contactId: 1, purposeId: 1, channel: 1, at: 1, state: 1 })

export const Consent = model<ConsentDoc>('Consent', schema)
