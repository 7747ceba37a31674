import { Schema, model, type Types } from 'mongoose'
import type { MessageTemplate } from '@palabre/channels/channel'
import type { MessageTemplate as TemplateWire } from '@palabre/config/contract/template'

/** A text that a platform approved beforehand, as it was when the platform was asked last. */
export interface TemplateDoc extends Omit<MessageTemplate, 'externalId'> {
  _id: Types.ObjectId
  accountId: Types.ObjectId
  /** The platform's id of it, unique in its account. */
  externalId: string
  syncedAt: Date
}

const schema = new Schema<TemplateDoc>(
  {
    accountId: 'ObjectId',
    externalId: String,
    name: String,
    language: String,
    category: String,
    state: String,
    reason: String,
    header: Object,
    body: String,
    footer: String,
    buttons: [Object],
    variables: [Object],
    syncedAt: Date
  },
  { collection: 'templates', versionKey: false, minimize: false, strict: 'throw' }
)
schema.index({ accountId: 1, externalId: 1 }, { unique: true })

export const Template = model<TemplateDoc>('Template', schema)

export const presentTemplate = (doc: TemplateDoc): TemplateWire => ({
  id: doc._id.toHexString(),
  accountId: doc.accountId.toHexString(),
  name: doc.name,
  language: doc.language,
  category: doc.category,
  state: doc.state,
  reason: doc.reason ?? '',
  header: doc.header ? { kind: doc.header.kind, text: 'text' in doc.header ? doc.header.text : '' } : null,
  body: doc.body,
  footer: doc.footer ?? '',
  buttons: doc.buttons,
  variables: doc.variables,
  syncedAt: doc.syncedAt.toISOString()
})
