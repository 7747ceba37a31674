import { Schema, type Types } from 'mongoose'
import type { Reason } from '@palabre/config/contract/routing'
import type { Actor } from '../hub.ts'

/** The state that a record is in, and where: what intervals are made of. */
export interface Standing {
  state: string
  queueId?: string | null
  agentId?: string | null
  /** Of an agent who pauses: why. */
  detail?: string | null
}

/** A line of a record's story, appended in the same write as the change that it tells. */
export interface LogLine {
  n: number
  at: Date
  name: string
  byId: string | null
  figures: Record<string, string | number | null>
  /** Why routing decided so, when it did. */
  reasons?: Reason[] | undefined
  /** Where the record stood after it. */
  after?: Standing | undefined
  /** Set when the line belongs in the audit trail. */
  audit?:
    | { actorName: string; address: string; changes: Record<string, unknown>; action?: string | undefined }
    | undefined
}

/**
 * The part that every changing record has. `version` fences: a change names the version it was made from.
 * `relayAt` is set by each write and cleared once it was passed on; what is left overdue was left by a crash.
 */
export interface Logged {
  _id: Types.ObjectId
  version: number
  log: LogLine[]
  logged: number
  relayed: number
  relayAt: Date | null
  updatedAt: Date
}

export const loggedFields = {
  version: { type: Number, default: 0 },
  log: { type: Array, default: [] },
  logged: { type: Number, default: 0 },
  relayed: { type: Number, default: 0 },
  relayAt: { type: Date, default: null },
  updatedAt: { type: Date, default: () => new Date() }
}

/** A schema of a logged record; `relayAt` is indexed so that the sweep finds what is overdue. */
export function loggedSchema<T extends Logged>(
  fields: Record<string, unknown>,
  collection: string
): Schema<T> {
  const schema = new Schema<T>({ ...fields, ...loggedFields } as never, {
    collection,
    versionKey: false,
    minimize: false,
    strict: 'throw'
  })
  schema.index({ relayAt: 1 } as never, { partialFilterExpression: { relayAt: { $type: 'date' } } } as never)
  return schema as unknown as Schema<T>
}

/** What a log line says; `n` and `at` are given when it is written. */
export interface Entry {
  name: string
  by?: Actor | undefined
  figures?: Record<string, string | number | null>
  reasons?: Reason[] | undefined
  after?: Standing | undefined
  /** Fields changed, before and after; makes it an audit entry. */
  changes?: Record<string, unknown>
  /** Its name in the audit trail, when it is not `<noun>.<name>`. */
  action?: string
}

/** Numbers and dates the entries that follow the record's last line. */
export const linesAfter = (logged: number, entries: Entry[], at: Date): LogLine[] =>
  entries.map(({ name, by, figures = {}, reasons, after, changes, action }, i) => ({
    n: logged + i + 1,
    at,
    name,
    byId: by?.id ?? null,
    figures,
    ...(reasons && { reasons }),
    ...(after && { after }),
    ...(changes && {
      audit: {
        actorName: by?.name ?? '',
        address: by?.address ?? '',
        changes,
        ...(action !== undefined && { action })
      }
    })
  }))
