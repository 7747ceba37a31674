import { Schema, model, type Types } from 'mongoose'
import type { AudienceChannel } from '@palabre/config/contract/consent'
import type {
  Column,
  CsvFormat,
  ExistingRule,
  Import as ImportWire,
  ImportState,
  ImportTrouble,
  RowFault
} from '@palabre/config/contract/import'
import type { Actor } from '../hub.ts'
import { loggedSchema, type Logged } from '../record/logged.ts'
import { told } from '../record/relay.ts'
import { idText, timeText } from '../wire.ts'

export type Counts = ImportWire['counts']

/** A file of rows, how it is read, and how far it is taken. */
export interface ImportDoc extends Logged {
  name: string
  /** In the bucket of imports; it goes when the import has ended. */
  fileId: Types.ObjectId
  bytes: number
  into: 'contacts' | 'suppressions'
  state: ImportState
  trouble: ImportTrouble | null
  troubleRow: number | null
  format: CsvFormat
  columns: Column[]
  existing: ExistingRule
  country: string | null
  listId: Types.ObjectId | null
  consent: { purposeId: Types.ObjectId; channels: AudienceChannel[]; text: string } | null
  /** Of suppressions. */
  purposeId: Types.ObjectId | null
  /** What is done is done: `rows` is where another worker goes on. */
  counts: Counts
  by: Actor
  createdAt: Date
  startedAt: Date | null
  endedAt: Date | null
  /** The worker that has it, until when; null: none has. */
  claim: { id: string; until: Date } | null
  /** Starts that ended in an unexpected failure, without a row more being done. */
  attempts: number
}

const schema = loggedSchema<ImportDoc>(
  {
    name: String,
    fileId: 'ObjectId',
    bytes: Number,
    into: { type: String, default: 'contacts' },
    state: String,
    trouble: { type: String, default: null },
    troubleRow: { type: Number, default: null },
    format: Object,
    columns: { type: Array, default: [] },
    existing: { type: String, default: 'fill' },
    country: { type: String, default: null },
    listId: { type: 'ObjectId', default: null },
    consent: { type: Object, default: null },
    purposeId: { type: 'ObjectId', default: null },
    counts: Object,
    by: Object,
    createdAt: Date,
    startedAt: { type: Date, default: null },
    endedAt: { type: Date, default: null },
    claim: { type: Object, default: null },
    attempts: { type: Number, default: 0 }
  },
  'imports'
)
schema.index({ createdAt: -1, _id: -1 })
// Few: what is under way, or waits to be started.
schema.index({ state: 1, createdAt: 1 })
export const Import = model<ImportDoc>('Import', schema)

/** A row that was not taken. */
export interface BadRowDoc {
  /** `<import>:<row>`, so that a repeat is the same one. */
  _id: string
  importId: Types.ObjectId
  row: number
  fault: RowFault
  cells: string[]
  /** Of the addresses in it, by which it is found when somebody is erased. */
  marks: string[]
}

const badRowSchema = new Schema<BadRowDoc>(
  { _id: String, importId: 'ObjectId', row: Number, fault: String, cells: [String], marks: [String] },
  { collection: 'importBadRows', versionKey: false, strict: 'throw' }
)
badRowSchema.index({ importId: 1, row: 1 })
badRowSchema.index({ marks: 1 })
export const BadRow = model<BadRowDoc>('ImportBadRow', badRowSchema)

/** What the first row of a file that named a contact made of them: later rows of the same are repeats. */
export interface ImportedContactDoc {
  /** `<import><contact>` */
  _id: string
  contactId: Types.ObjectId
  row: number
  how: 'made' | 'updated' | 'unchanged'
}

const importedSchema = new Schema<ImportedContactDoc>(
  { _id: String, contactId: 'ObjectId', row: Number, how: String },
  { collection: 'importedContacts', versionKey: false, strict: 'throw' }
)
importedSchema.index({ contactId: 1 })
export const ImportedContact = model<ImportedContactDoc>('ImportedContact', importedSchema)

export const noCounts = (estimate: number): Counts => ({
  rows: 0,
  estimate,
  made: 0,
  updated: 0,
  unchanged: 0,
  repeated: 0,
  bad: 0,
  refusedConsent: 0
})

export const presentImport = (doc: ImportDoc): ImportWire => ({
  id: doc._id.toHexString(),
  version: doc.version,
  name: doc.name,
  bytes: doc.bytes,
  into: doc.into,
  state: doc.state,
  trouble: doc.trouble,
  troubleRow: doc.troubleRow,
  format: doc.format,
  columns: doc.columns,
  existing: doc.existing,
  listId: idText(doc.listId),
  purposeId: idText(doc.purposeId),
  counts: doc.counts,
  createdBy: doc.by.name,
  createdAt: doc.createdAt.toISOString(),
  startedAt: timeText(doc.startedAt),
  endedAt: timeText(doc.endedAt)
})

export const importTold = told<ImportDoc>({
  noun: 'import',
  model: Import,
  tell: (doc) => [{ name: 'import.changed', payload: { import: presentImport(doc) }, topics: ['audience'] }],
  dimensions: ({ into }) => ({ into })
})
