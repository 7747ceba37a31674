import { parse } from 'csv-parse/sync'
import { delimiters, type CsvFormat, type Delimiter, type Encoding } from '@palabre/config/contract/import'
import { canonicalPoint } from '../contacts/canonical.ts'
import { guessMeaning } from './guess-columns.ts'
import { optionsOf } from './read-rows.ts'

const looked = 50
const shownCell = 200

/** The first rows of a sample that may end in the middle of one. */
export function sampleRows(sample: string, delimiter: Delimiter, isWhole: boolean): string[][] {
  const text = isWhole
    ? sample
    : sample.slice(0, Math.max(sample.lastIndexOf('\n'), sample.lastIndexOf('\r')) + 1)
  try {
    return parse(text === '' ? sample : text, { ...optionsOf({ delimiter }), to: looked })
  } catch {
    // It ends within quotes: rows before that one are read by themselves.
    return parse(text.replaceAll('"', ''), { ...optionsOf({ delimiter }), to: looked })
  }
}

/** How a sample seems to be written: the sign that parts most rows into the same number of columns, more than one. */
export function detectFormat(sample: string, encoding: Encoding, isWhole: boolean): CsvFormat {
  const scored = delimiters.map((delimiter) => {
    const widths = sampleRows(sample, delimiter, isWhole).map((row) => row.length)
    const usual = mostFrequent(widths)
    const share = widths.filter((width) => width === usual).length / Math.max(1, widths.length)
    return { delimiter, score: usual > 1 ? share * 100 + Math.min(usual, 50) / 100 : 0 }
  })
  const best = scored.reduce((a, b) => (b.score > a.score ? b : a))
  const [first = []] = sampleRows(sample, best.delimiter, isWhole)
  return { encoding, delimiter: best.delimiter, header: namesColumns(first) }
}

function mostFrequent(widths: number[]): number {
  const counts = new Map<number, number>()
  for (const width of widths) counts.set(width, (counts.get(width) ?? 0) + 1)
  return [...counts].reduce((best, one) => (one[1] > best[1] ? one : best), [0, 0])[0]
}

/** A row of names has no address, number or date in it, and no name twice. */
export function namesColumns(row: readonly string[]): boolean {
  const cells = row.map((cell) => cell.trim()).filter((cell) => cell !== '')
  if (cells.length === 0 || new Set(cells.map((cell) => cell.toLowerCase())).size < cells.length) return false
  if (cells.some((cell) => canonicalPoint('email', cell) !== null || /^[+\d\s().\-/:]{3,}$/.test(cell)))
    return false
  return cells.length > 1 || guessMeaning(cells[0]!) !== null
}

/** Rows as they are shown before anything is imported. */
export const shownRows = (rows: readonly string[][], count: number): string[][] =>
  rows
    .slice(0, count)
    .map((row) => row.map((cell) => (cell.length > shownCell ? `${cell.slice(0, shownCell)}…` : cell)))
