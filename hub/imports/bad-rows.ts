import { Readable } from 'node:stream'
import { stringify } from 'csv-stringify'
import type { FastifyReply } from 'fastify'
import type { RowFault } from '@palabre/config/contract/import'
import { say, type Locale } from '@palabre/config/i18n/catalogue'
import { audience } from '@palabre/config/i18n/words/audience'
import type { Hub } from '../hub.ts'
import { canonicalAddress, markOf } from '../suppressions/mark.ts'
import { findImport } from './find.ts'
import { bareCell, guardCell } from './formula.ts'
import { BadRow, type BadRowDoc, type ImportDoc } from './import.model.ts'

const duplicateKey = 11000
/** So much of a cell is given back; a larger one was the fault. */
const keptCell = 2000
const keptCells = 250

/** A row that is not taken, and why. */
export interface RefusedRow {
  n: number
  cells: readonly string[]
  fault: RowFault
}

/** Keeps rows that were not taken, each once. */
export async function keepBadRows(
  hub: Hub,
  { _id: importId }: ImportDoc,
  rows: readonly RefusedRow[]
): Promise<void> {
  if (rows.length === 0) return
  const docs = rows.map(({ n, cells, fault }): BadRowDoc => ({
    _id: `${importId.toHexString()}:${String(n)}`,
    importId,
    row: n,
    fault,
    cells: cells.slice(0, keptCells).map((cell) => bareCell(cell).slice(0, keptCell)),
    marks: cells.slice(0, keptCells).flatMap((cell) => marksIn(hub, cell))
  }))
  try {
    await BadRow.collection.insertMany(docs as never, { ordered: false })
  } catch (error) {
    if ((error as { code?: number }).code !== duplicateKey) throw error
  }
}

/** Marks of the address that a cell is, by which an erased person's rows are found. */
function marksIn(hub: Hub, cell: string): string[] {
  if (cell.length > 320) return []
  const kind = cell.includes('@') ? 'email' : 'phone'
  const canonical = /[@\d]/.test(cell) ? canonicalAddress(kind, cell) : null
  return canonical === null ? [] : [markOf(hub, kind, canonical)]
}

/** Streams the rows that were not taken, with their number and the reason in words. Refuses `not-found`. */
export async function sendBadRows(id: string, locale: Locale, reply: FastifyReply): Promise<FastifyReply> {
  const { _id, name } = await findImport(id)
  const words = audience[locale]
  const rows = Readable.from(rowsOf(_id, (fault) => say(locale, words[`fault-${fault}`])))
  const csv = stringify({ bom: true, delimiter: locale === 'fr' ? ';' : ',' })
  rows.on('error', (error) => csv.destroy(error))
  csv.write([words['bad-row'], words['bad-reason']])
  const ascii = name.replace(/[^\x20-\x7e]|["\\]/g, '_').replace(/\.[^.]*$/, '')
  return reply
    .header('content-type', 'text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${ascii}-rows.csv"`)
    .header('x-content-type-options', 'nosniff')
    .header('cache-control', 'no-store')
    .send(rows.pipe(csv))
}

async function* rowsOf(
  importId: ImportDoc['_id'],
  reasonOf: (fault: RowFault) => string
): AsyncGenerator<string[]> {
  const docs = BadRow.find({ importId }).sort({ row: 1 }).lean().cursor()
  for await (const { row, fault, cells } of docs as AsyncIterable<BadRowDoc>)
    yield [String(row), reasonOf(fault), ...cells.map(guardCell)]
}
