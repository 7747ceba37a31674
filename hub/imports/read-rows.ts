import { finished } from 'node:stream/promises'
import { CsvError, parse, type Options } from 'csv-parse'
import type { CsvFormat, ImportTrouble } from '@palabre/config/contract/import'
import { decoded } from './encoding.ts'

/** Bytes of the largest row that is looked at; a quote that is never closed would make one row of the whole file. */
const mostRowBytes = 33_554_432

/** One row; `n` counts from 1 and includes the row of names. */
export interface Row {
  n: number
  cells: string[]
}

/** The file cannot be read any further, from this row on. */
export class UnreadableFile extends Error {
  readonly trouble: ImportTrouble
  readonly row: number
  constructor(trouble: ImportTrouble, row: number, cause: unknown) {
    super(`row ${String(row)}: ${trouble}`, { cause })
    this.name = 'UnreadableFile'
    this.trouble = trouble
    this.row = row
  }
}

export const optionsOf = ({ delimiter }: Pick<CsvFormat, 'delimiter'>): Options => ({
  delimiter,
  record_delimiter: ['\r\n', '\n', '\r'],
  relax_column_count: true,
  // A quote in the middle of a word is a letter like others.
  relax_quotes: true,
  skip_empty_lines: true,
  max_record_size: mostRowBytes
})

/**
 * Reads rows one after the other; those of one piece of the file are in memory. Throws UnreadableFile, after all rows
 * that stand before the trouble.
 */
export async function* readRows(source: AsyncIterable<Buffer>, format: CsvFormat): AsyncGenerator<Row> {
  const ready: string[][] = []
  let n = 0
  const parser = parse({
    ...optionsOf(format),
    // Kept here instead of in the stream, which forgets on an error what nobody has read yet.
    on_record: (cells: string[]) => {
      ready.push(cells)
      return null
    }
  })
  const rows = () => ready.splice(0).map((cells): Row => ({ n: ++n, cells }))
  const failed: { error: Error | null } = { error: null }
  parser.on('error', (error) => (failed.error = error)).resume()
  try {
    for await (const text of decoded(source, format.encoding)) {
      // Parsed by the time it returns: nothing waits in between.
      parser.write(text)
      yield* rows()
      if (failed.error) break
    }
    if (!failed.error) {
      parser.end()
      await finished(parser).catch((error: unknown) => (failed.error = error as Error))
      yield* rows()
    }
  } finally {
    parser.destroy()
  }
  const { error } = failed
  if (!error) return
  if (!(error instanceof CsvError)) throw error
  throw new UnreadableFile(
    error.code === 'CSV_MAX_RECORD_SIZE' ? 'record-too-large' : 'unreadable',
    n + 1,
    error
  )
}
