import type { Types } from 'mongoose'
import type { CsvFormat, Encoding, ImportPreview } from '@palabre/config/contract/import'
import { refuse } from '../refuse.ts'
import { cleanCell } from './clean.ts'
import { detectFormat, sampleRows, shownRows } from './detect.ts'
import { decoded } from './encoding.ts'
import { guessColumns } from './guess-columns.ts'
import { findImport } from './find.ts'
import { presentImport, type ImportDoc } from './import.model.ts'
import { openCsv } from './store.ts'

const sampleBytes = 262_144
const shown = 20

async function sampleOf(
  fileId: Types.ObjectId,
  encoding: Encoding
): Promise<{ text: string; isWhole: boolean }> {
  let text = ''
  let bytes = 0
  async function* counted(source: AsyncIterable<Buffer>) {
    for await (const chunk of source) {
      const taken = chunk.subarray(0, sampleBytes - bytes)
      bytes += taken.length
      if (taken.length > 0) yield taken
      if (bytes >= sampleBytes) return
    }
  }
  for await (const part of decoded(counted(openCsv(fileId)), encoding)) text += part
  return { text, isWhole: bytes < sampleBytes }
}

/** How a stored file of this encoding seems to be written. */
export async function formatOf(fileId: Types.ObjectId, encoding: Encoding): Promise<CsvFormat> {
  const { text, isWhole } = await sampleOf(fileId, encoding)
  return detectFormat(text, encoding, isWhole)
}

/** The first rows of a file, read as the format says, and what its columns seem to hold. */
export async function previewOf(doc: ImportDoc, format: CsvFormat): Promise<ImportPreview> {
  const { text, isWhole } = await sampleOf(doc.fileId, format.encoding)
  const all = sampleRows(text, format.delimiter, isWhole)
  const names = format.header ? (all[0] ?? []).map(cleanCell) : []
  const rows = format.header ? all.slice(1) : all
  return {
    import: { ...presentImport(doc), format },
    rows: shownRows(rows, shown),
    names: shownRows([names], 1)[0] ?? [],
    columns: guessColumns(names, rows)
  }
}

/** The same for one that was not started. Refuses `not-found`, `wrong-state`. */
export async function previewImport(id: string, format: CsvFormat | undefined): Promise<ImportPreview> {
  const doc = await findImport(id)
  if (doc.state !== 'ready') return refuse('wrong-state')
  return previewOf(doc, format ?? doc.format)
}
