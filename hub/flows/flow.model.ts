import { Schema, model, type Types } from 'mongoose'
import { FlowContent, type Flow, type FlowProblem, type FlowVersion } from '@palabre/config/contract/flow'
import { hiddenSecret } from '../accounts/account.model.ts'
import { loggedSchema, type Logged } from '../record/logged.ts'
import { told } from '../record/relay.ts'

/** The draft of a flow; what calls go through are its published versions. */
export interface FlowDoc extends Logged, FlowContent {
  archived: boolean
  /** Sealed values of headers, by name. Published versions name them, so that a new value counts at once. */
  secrets: Record<string, string>
  published: { number: number; at: Date } | null
}

/** A published version. Written once. */
export interface FlowVersionDoc {
  _id: Types.ObjectId
  flowId: Types.ObjectId
  number: number
  at: Date
  byId: string | null
  byName: string
  note: string
  content: FlowContent
}

const contentNames = Object.keys(FlowContent.properties) as (keyof FlowContent)[]

const schema = loggedSchema<FlowDoc>(
  {
    ...Object.fromEntries(contentNames.map((name) => [name, { type: Schema.Types.Mixed }])),
    archived: { type: Boolean, default: false },
    secrets: { type: Object, default: {} },
    published: { type: Object, default: null }
  },
  'flows'
)
export const FlowModel = model<FlowDoc>('Flow', schema)

const versionSchema = new Schema<FlowVersionDoc>(
  {
    flowId: 'ObjectId',
    number: Number,
    at: Date,
    byId: { type: String, default: null },
    byName: String,
    note: String,
    content: Object
  } as never,
  { collection: 'flowVersions', versionKey: false, minimize: false, strict: 'throw' }
)
versionSchema.index({ flowId: 1, number: -1 }, { unique: true })
export const FlowVersionModel = model<FlowVersionDoc>('FlowVersion', versionSchema)

/** The part of a record that is drawn, checked, tried and published. */
export const contentOf = (doc: FlowContent): FlowContent =>
  Object.fromEntries(contentNames.map((name) => [name, doc[name]])) as unknown as FlowContent

export const presentFlow = (doc: FlowDoc, problems: FlowProblem[]): Flow => ({
  id: doc._id.toHexString(),
  version: doc.version,
  archived: doc.archived,
  ...contentOf(doc),
  secrets: Object.fromEntries(Object.keys(doc.secrets).map((name) => [name, hiddenSecret])),
  published: doc.published && { number: doc.published.number, at: doc.published.at.toISOString() },
  problems,
  updatedAt: doc.updatedAt.toISOString()
})

export const presentVersion = (doc: Omit<FlowVersionDoc, 'content'>): FlowVersion => ({
  id: doc._id.toHexString(),
  flowId: doc.flowId.toHexString(),
  number: doc.number,
  at: doc.at.toISOString(),
  byName: doc.byName,
  note: doc.note
})

export const flowTold = told<FlowDoc>({
  noun: 'flow',
  model: FlowModel,
  tell: (doc) => [
    {
      name: 'setting.changed',
      payload: { resource: 'flow', id: doc._id.toHexString() },
      topics: ['everybody']
    }
  ],
  dimensions: () => ({})
})
