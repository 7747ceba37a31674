import { Type, type Static } from 'typebox'
import { ById, Done, Exact, Id, Name, Nullable, OneOf, Page, Time, Version, defineRoute } from './define.ts'
import { audienceChannels } from './consent.ts'

/** `ready` waits for its columns to be named; the last four are ends. */
export const importStates = ['ready', 'running', 'finished', 'cancelled', 'stopped', 'failed'] as const
export type ImportState = (typeof importStates)[number]

export const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const
export type Encoding = (typeof encodings)[number]
export const delimiters = [',', ';', '\t', '|'] as const
export type Delimiter = (typeof delimiters)[number]

/** How a file is to be read. */
export const CsvFormat = Exact({
  encoding: OneOf(encodings),
  delimiter: OneOf(delimiters),
  /** The first row names the columns. */
  header: Type.Boolean()
})
export type CsvFormat = Static<typeof CsvFormat>

/** What a column holds. */
export const columnMeanings = [
  'skip',
  'name',
  'first-name',
  'last-name',
  'company',
  'email',
  'phone',
  'whatsapp',
  'locale',
  'attribute'
] as const
export type ColumnMeaning = (typeof columnMeanings)[number]
export const mostColumns = 200
export const attributeName = '^[\\w .-]{1,60}$'

export const Column = Exact({
  means: OneOf(columnMeanings),
  /** Name of the attribute, where it is one. */
  attribute: Type.String({ maxLength: 60 })
})
export type Column = Static<typeof Column>

/** What becomes of values of contacts who are known already: theirs stay, ours replace them, or only fill what is empty. */
export const existingRules = ['keep', 'overwrite', 'fill'] as const
export type ExistingRule = (typeof existingRules)[number]

/** Why a row was not taken. */
export const rowFaults = [
  'no-point',
  'wrong-email',
  'wrong-phone',
  'phone-without-country',
  'cell-too-large',
  'too-long',
  'wrong-locale',
  'two-contacts',
  'unreadable'
] as const
export type RowFault = (typeof rowFaults)[number]

/** Why an import stopped or failed. */
export const importTroubles = [
  'list-gone',
  'purpose-gone',
  'unreadable',
  'record-too-large',
  'file-gone',
  'unexpected'
] as const
export type ImportTrouble = (typeof importTroubles)[number]

const Count = Type.Integer({ minimum: 0 })

/** A file of rows and what became of them. */
export const Import = Type.Object({
  id: Id,
  version: Version,
  name: Type.String(),
  bytes: Count,
  into: OneOf(['contacts', 'suppressions']),
  state: OneOf(importStates),
  trouble: Nullable(OneOf(importTroubles)),
  /** Where in the file the trouble is: a row's number, counted from 1; null: nowhere. */
  troubleRow: Nullable(Count),
  format: CsvFormat,
  columns: Type.Array(Column),
  existing: OneOf(existingRules),
  listId: Nullable(Id),
  purposeId: Nullable(Id),
  counts: Type.Object({
    /** Rows done, of about how many. */
    rows: Count,
    estimate: Count,
    made: Count,
    updated: Count,
    unchanged: Count,
    /** Again somebody who was in an earlier row. */
    repeated: Count,
    bad: Count,
    /** Consent that was not written down, because they had taken it back. */
    refusedConsent: Count
  }),
  createdBy: Type.String(),
  createdAt: Time,
  startedAt: Nullable(Time),
  endedAt: Nullable(Time)
})
export type Import = Static<typeof Import>

/** The first rows as they are read, and what the columns seem to hold. */
export const ImportPreview = Type.Object({
  import: Import,
  rows: Type.Array(Type.Array(Type.String())),
  /** Names of the columns, where the first row names them. */
  names: Type.Array(Type.String()),
  columns: Type.Array(Column)
})
export type ImportPreview = Static<typeof ImportPreview>

const read = 'audience:read'
const write = 'audience:write'

export const listImports = defineRoute({
  name: 'import.list',
  summary: 'Imports, newest first',
  method: 'GET',
  url: '/api/imports',
  permission: read,
  query: Exact({
    after: Type.Optional(Type.String({ maxLength: 60 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 }))
  }),
  reply: Page(Import)
})

export const readImport = defineRoute({
  name: 'import.read',
  summary: 'One import as it stands',
  method: 'GET',
  url: '/api/imports/:id',
  permission: read,
  params: ById,
  reply: Import
})

export const createImport = defineRoute({
  name: 'import.create',
  summary:
    'Takes a file of comma-separated values in (100 MB at most); nothing is imported before it is started',
  method: 'POST',
  url: '/api/imports',
  permission: write,
  reply: ImportPreview,
  upload: true,
  audited: true
})

export const previewImport = defineRoute({
  name: 'import.preview',
  summary: 'The first rows, read as said or as the file seems to be written',
  method: 'POST',
  url: '/api/imports/:id/preview',
  permission: write,
  params: ById,
  body: Exact({ format: Type.Optional(CsvFormat) }),
  reply: ImportPreview
})

export const startImport = defineRoute({
  name: 'import.start',
  summary: 'Begins an import with its columns named; a worker does it',
  method: 'POST',
  url: '/api/imports/:id/start',
  permission: write,
  params: ById,
  body: Exact({
    version: Version,
    format: CsvFormat,
    columns: Type.Array(Column, { minItems: 1, maxItems: mostColumns }),
    into: OneOf(['contacts', 'suppressions']),
    existing: OneOf(existingRules),
    /** Country of numbers that are written without one (ISO 3166); null: they are refused. */
    country: Nullable(Type.String({ pattern: '^[A-Z]{2}$' })),
    /** Who is in the file is put on this list, or on a new one of that name. */
    listId: Type.Optional(Nullable(Id)),
    newList: Type.Optional(Name),
    /** Everybody in the file agreed to this: to be proved by the text. */
    consent: Type.Optional(
      Nullable(
        Exact({
          purposeId: Id,
          channels: Type.Array(OneOf(audienceChannels), { minItems: 1, maxItems: 2, uniqueItems: true }),
          text: Type.String({ minLength: 1, maxLength: 2000, pattern: '\\S' })
        })
      )
    ),
    /** Of suppressions: for which purpose; null: whatever the purpose. */
    purposeId: Type.Optional(Nullable(Id))
  }),
  reply: Import,
  audited: true
})

export const cancelImport = defineRoute({
  name: 'import.cancel',
  summary: 'Ends an import where it is; what was taken stays',
  method: 'POST',
  url: '/api/imports/:id/cancel',
  permission: write,
  params: ById,
  reply: Import,
  audited: true
})

export const removeImport = defineRoute({
  name: 'import.remove',
  summary: 'Forgets an import that is not running, with its file and the rows that were not taken',
  method: 'DELETE',
  url: '/api/imports/:id',
  permission: write,
  params: ById,
  reply: Done,
  audited: true
})

export const downloadBadRows = defineRoute({
  name: 'import.badRows',
  summary: 'Rows that were not taken, as CSV with their number and the reason; kept for 30 days',
  method: 'GET',
  url: '/api/imports/:id/bad-rows',
  permission: read,
  params: ById,
  query: Exact({ lang: Type.Optional(OneOf(['en', 'fr'])) }),
  reply: Type.Unknown(),
  download: true
})
