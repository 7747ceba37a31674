import { Readable, pipeline } from 'node:stream'
import { stringify } from 'csv-stringify'
import type { FastifyReply } from 'fastify'
import { Temporal } from 'temporal-polyfill'
import type { Cell as SheetCell } from 'write-excel-file/node'
import type { Locale } from '@palabre/config/i18n/catalogue'
import type { Hub } from '../hub.ts'
import { guardCell } from '../imports/formula.ts'
import { makeWorkbook, type WorkbookSheet } from './export-workbook.ts'

/** What may stand in a cell; a moment is written as its table's zone shows it in a workbook, and in UTC in CSV. */
export type Cell = string | number | Date | null

/** A table to be given away. */
export interface Table {
  /** Name of its sheet, at most 31 characters. */
  name: string
  head: readonly string[]
  rows: Iterable<readonly Cell[]> | AsyncIterable<readonly Cell[]>
}

const quarterMs = 900_000
/** What Excel takes in one cell. */
const longestCell = 32_767

const fileName = (name: string, extension: string) => {
  const ascii = name
    .normalize('NFD')
    .replace(/[^\w .-]/g, '')
    .trim()
  return `${ascii.slice(0, 80) || 'campaign'}.${extension}`
}

const asFile = (reply: FastifyReply, type: string, name: string) =>
  reply
    .header('content-type', type)
    .header('content-disposition', `attachment; filename="${name}"`)
    .header('x-content-type-options', 'nosniff')
    .header('cache-control', 'no-store')

const csvCell = (cell: Cell): string => {
  if (cell === null) return ''
  if (typeof cell === 'number') return String(cell)
  return typeof cell === 'string' ? guardCell(cell) : cell.toISOString()
}

async function* csvRows({ head, rows }: Table): AsyncGenerator<string[]> {
  yield [...head]
  for await (const row of rows) yield row.map(csvCell)
}

/** Streams a table as CSV, as the spreadsheets of that language open it. */
export function sendCsv(
  hub: Hub,
  reply: FastifyReply,
  name: string,
  locale: Locale,
  table: Table
): FastifyReply {
  const csv = stringify({ bom: true, delimiter: locale === 'fr' ? ';' : ',' })
  // Whoever goes away in the middle ends the reading, too.
  pipeline(Readable.from(csvRows(table)), csv, (error) => {
    if (error && error.code !== 'ERR_STREAM_PREMATURE_CLOSE')
      hub.log.warn({ err: error }, 'an export broke off')
  })
  return asFile(reply, 'text/csv; charset=utf-8', fileName(name, 'csv')).send(csv)
}

/** Sends tables as the sheets of one workbook; it is made in memory, so whoever calls it bounds their rows. */
export async function sendWorkbook(
  reply: FastifyReply,
  name: string,
  timeZone: string,
  tables: readonly Table[]
): Promise<FastifyReply> {
  const wall = wallClock(timeZone)
  const sheets: WorkbookSheet[] = []
  for (const { name: sheet, head, rows } of tables) {
    const data: SheetCell[][] = [head.map((value) => ({ value, fontWeight: 'bold' as const }))]
    for await (const row of rows) data.push(row.map((cell) => sheetCell(cell, wall)))
    const columns = head.map((title, n) => ({ width: n === 0 ? 34 : Math.max(12, title.length + 2) }))
    sheets.push({ sheet, data, columns })
  }
  const bytes = await makeWorkbook(sheets)
  const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
  return asFile(reply, type, fileName(name, 'xlsx')).send(bytes)
}

/** Text is text in a workbook, whatever it begins with. */
function sheetCell(cell: Cell, wall: (at: Date) => Date): SheetCell {
  if (typeof cell === 'string') return cell.slice(0, longestCell)
  return cell instanceof Date ? wall(cell) : cell
}

/** Gives a moment as clocks of a zone show it, written as if that were UTC: workbooks know no zones. */
function wallClock(timeZone: string): (at: Date) => Date {
  const offsets = new Map<number, number>()
  return (at) => {
    const ms = at.getTime()
    // No zone changes its clocks but at a quarter of an hour.
    const quarter = Math.floor(ms / quarterMs)
    let offset = offsets.get(quarter)
    if (offset === undefined) {
      offset =
        Temporal.Instant.fromEpochMilliseconds(quarter * quarterMs).toZonedDateTimeISO(timeZone)
          .offsetNanoseconds / 1e6
      offsets.set(quarter, offset)
    }
    return new Date(ms + offset)
  }
}
