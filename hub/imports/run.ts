import { randomUUID } from 'node:crypto'
import type { Hub } from '../hub.ts'
import { ContactList } from '../lists/list.model.ts'
import { recount } from '../lists/members.ts'
import { endImport } from './end.ts'
import { Import, presentImport, type ImportDoc } from './import.model.ts'
import { UnreadableFile, readRows, type Row } from './read-rows.ts'
import { openCsv } from './store.ts'
import { LostClaim, takeContacts, type Gain } from './take-batch.ts'
import { takeSuppressions } from './take-suppressions.ts'

/** Rows that share their database commands. */
const batchRows = 500
/** A batch is also full when it has so many characters: rows may be long. */
const batchChars = 2_000_000
/** A worker that did not finish a batch for so long is taken for dead. */
const claimMs = 10_000
const tellMs = 500
/** Starts in a row that ended before a batch was done. */
const mostAttempts = 5

const stopping = new WeakSet<Hub>()

/** Has imports of this process end at their next batch; another one goes on with them. */
export const stopImports = (hub: Hub): void => void stopping.add(hub)

/**
 * Takes the rows of a file in, batch by batch, from where the last worker stopped. Only who holds the claim notes
 * progress; everybody else stops at the next batch, having written nothing that the holder does not write as well.
 */
export async function runImport(hub: Hub, id: string): Promise<void> {
  const claimId = randomUUID()
  const doc = await claim(id, claimId)
  if (!doc) return
  if (doc.attempts > mostAttempts) {
    await endImport(hub, id, 'failed', { trouble: 'unexpected' })
    return
  }
  try {
    await takeRows(hub, doc, claimId)
  } catch (error) {
    if (error instanceof LostClaim) return
    if (!(error instanceof UnreadableFile)) {
      await release(id, claimId)
      throw error
    }
    hub.log.info({ err: error, importId: id }, 'a file cannot be read any further')
    await endImport(hub, id, 'failed', { trouble: error.trouble, row: error.row })
  }
}

const claim = async (id: string, claimId: string): Promise<ImportDoc | null> =>
  (await Import.findOneAndUpdate(
    { _id: id, state: 'running', $or: [{ claim: null }, { 'claim.until': { $lt: new Date() } }] },
    {
      $set: { claim: { id: claimId, until: new Date(Date.now() + claimMs) } },
      $inc: { attempts: 1, version: 1 }
    },
    { returnDocument: 'after' }
  ).lean()) as ImportDoc | null

const release = (id: string, claimId: string) =>
  Import.updateOne({ _id: id, 'claim.id': claimId }, { $set: { claim: null }, $inc: { version: 1 } })

async function takeRows(hub: Hub, started: ImportDoc, claimId: string) {
  const id = started._id.toHexString()
  const take = started.into === 'contacts' ? takeContacts : takeSuppressions
  const tell = teller(hub)
  let doc = started
  for await (const rows of batches(started)) {
    if (doc.listId && !(await isThere(doc))) {
      await endImport(hub, id, 'stopped', { trouble: 'list-gone', row: rows[0]!.n })
      return
    }
    const next = await noteProgress(id, claimId, await take(hub, doc, rows))
    // Cancelled, or somebody else has it.
    if (!next) return
    doc = next
    await tell(doc)
    if (stopping.has(hub)) {
      await release(id, claimId)
      return
    }
  }
  await endImport(hub, id, 'finished')
}

/** Rows that are not done yet, also the last ones before the file cannot be read any further. */
async function* batches({ fileId, format, counts }: ImportDoc): AsyncGenerator<Row[]> {
  let batch: Row[] = []
  let chars = 0
  let passed = -(format.header ? 1 : 0)
  try {
    for await (const row of readRows(openCsv(fileId), format)) {
      if (passed++ < counts.rows) continue
      batch.push(row)
      chars += row.cells.reduce((sum, cell) => sum + cell.length, 0)
      if (batch.length < batchRows && chars < batchChars) continue
      yield batch
      batch = []
      chars = 0
    }
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error
    if (batch.length > 0) yield batch
    throw error
  }
  if (batch.length > 0) yield batch
}

const isThere = async ({ listId }: ImportDoc): Promise<boolean> =>
  (await ContactList.exists({ _id: listId, archived: false })) !== null

async function noteProgress(id: string, claimId: string, gain: Gain): Promise<ImportDoc | null> {
  const inc = Object.fromEntries(Object.entries(gain).map(([name, count]) => [`counts.${name}`, count]))
  return (await Import.findOneAndUpdate(
    { _id: id, state: 'running', 'claim.id': claimId },
    {
      $inc: { ...inc, version: 1 },
      $set: { 'claim.until': new Date(Date.now() + claimMs), attempts: 0, updatedAt: new Date() }
    },
    { returnDocument: 'after' }
  ).lean()) as ImportDoc | null
}

/** Tells progress now and then; the end is told by whoever ends it. */
function teller(hub: Hub) {
  let toldAt = 0
  return async (doc: ImportDoc) => {
    if (Date.now() - toldAt < tellMs) return
    toldAt = Date.now()
    hub.stream.publish({
      name: 'import.changed',
      payload: { import: presentImport(doc) },
      topics: ['audience']
    })
    if (doc.listId) await recount(hub, doc.listId)
  }
}
