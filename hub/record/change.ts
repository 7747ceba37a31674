import type { Model, Types } from 'mongoose'
import { linesAfter, type Entry, type Logged } from './logged.ts'

/** How long the writing process has to pass a change on before the sweep does it. */
export const relayGraceMs = 2000

/** Bookkeeping of what was told gathers for so long, well within the grace: a moment's changes share its commands. */
export const bookkeepingMs = 500

/** What a change writes: plain MongoDB operators beside the log entries. */
export interface Change {
  set?: Record<string, unknown>
  unset?: string[]
  push?: Record<string, unknown>
  pull?: Record<string, unknown>
  entries: Entry[]
}

/** The update of one change to a record of this version and log length, with version, log and relay marks. */
export function updateOf(doc: { logged: number }, change: Change, now: Date) {
  const lines = linesAfter(doc.logged, change.entries, now)
  return {
    $set: { ...change.set, updatedAt: now, relayAt: new Date(now.getTime() + relayGraceMs) },
    $inc: { version: 1, logged: lines.length },
    $push: { ...change.push, ...(lines.length > 0 && { log: { $each: lines } }) },
    ...(change.pull && { $pull: change.pull }),
    ...(change.unset && { $unset: Object.fromEntries(change.unset.map((name) => [name, ''])) })
  }
}

/**
 * Changes one record by compare-and-set: `decide` sees the newest state and says what to write, or null to leave it.
 * It may be called again when somebody was faster. Refusals thrown by `decide` pass through.
 * Returns the record as written (or as found, when nothing was to be done), null when there is none.
 */
export async function change<T extends Logged>(
  model: Model<T>,
  id: Types.ObjectId | string,
  decide: (doc: T) => Change | null,
  known?: T | null
): Promise<{ doc: T; changed: boolean } | null> {
  let doc = known ?? ((await model.findById(id).lean()) as T | null)
  for (;;) {
    if (!doc) return null
    const decision = decide(doc)
    if (!decision) return { doc, changed: false }
    const written = (await model
      .findOneAndUpdate(
        { _id: doc._id, version: doc.version } as never,
        updateOf(doc, decision, new Date()) as never,
        { returnDocument: 'after' }
      )
      .lean()) as T | null
    if (written) return { doc: written, changed: true }
    doc = (await model.findById(id).lean()) as T | null
  }
}
