import fc from 'fast-check'
import { stringify } from 'csv-stringify/sync'
import { describe, expect, it } from 'vitest'
import type { CsvFormat, Encoding } from '@palabre/config/contract/import'
import { delimiters, encodings } from '@palabre/config/contract/import'
import { cleanCell, isTooLarge } from './clean.ts'
import { detectFormat, namesColumns, sampleRows } from './detect.ts'
import { EncodingWatch } from './encoding.ts'
import { bareCell, guardCell } from './formula.ts'
import { guessColumns } from './guess-columns.ts'
import { UnreadableFile, readRows, type Row } from './read-rows.ts'

function encoded(text: string, encoding: Encoding, mark = false): Buffer {
  const given = mark ? `\ufeff${text}` : text
  switch (encoding) {
    case 'utf-8':
      return Buffer.from(given)
    case 'utf-16le':
      return Buffer.from(given, 'utf16le')
    case 'utf-16be':
      return Buffer.from(given, 'utf16le').swap16()
    case 'windows-1252':
      return Buffer.from(text, 'latin1')
  }
}

/** The bytes in pieces of any size, as they come over a network. */
async function* pieces(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  let at = 0
  for (let i = 0; at < bytes.length; i++) {
    const size = sizes[i % Math.max(1, sizes.length)] ?? 7
    yield bytes.subarray(at, at + size)
    at += size
    await Promise.resolve()
  }
}

async function rowsOf(bytes: Buffer, format: Partial<CsvFormat> = {}, sizes: number[] = [65_536]) {
  const rows: Row[] = []
  const whole: CsvFormat = { encoding: 'utf-8', delimiter: ',', header: false, ...format }
  for await (const row of readRows(pieces(bytes, sizes), whole)) rows.push(row)
  return rows
}

const watch = (bytes: Buffer, size = 5) => {
  const watching = new EncodingWatch()
  for (let at = 0; at < bytes.length; at += size) watching.take(bytes.subarray(at, at + size))
  return watching.end()
}

const table = fc
  .integer({ min: 2, max: 5 })
  .chain((width) =>
    fc.array(
      fc.array(fc.string({ unit: 'grapheme', maxLength: 12 }), { minLength: width, maxLength: width }),
      {
        minLength: 1,
        maxLength: 12
      }
    )
  )
  .map((rows) => rows.map((row) => row.map((cell) => cell.replace(/^\ufeff/, ''))))
  .filter((rows) => rows.every((row) => row.some((cell) => cell.trim() !== '')))

describe('reading a file of rows', () => {
  it('gives back what was written, whatever the encoding, the sign between cells, and how the bytes arrive', async () => {
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.constantFrom(...encodings.filter((one) => one !== 'windows-1252')),
        fc.constantFrom(...delimiters),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.boolean(),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
        async (rows, encoding, delimiter, newline, mark, sizes) => {
          const text = stringify(rows, { delimiter, record_delimiter: newline, quoted: true })
          const read = await rowsOf(encoded(text, encoding, mark), { encoding, delimiter }, sizes)
          expect(read.map(({ cells }) => cells)).toEqual(rows)
          expect(read.map(({ n }) => n)).toEqual(rows.map((_, i) => i + 1))
        }
      ),
      { numRuns: 150 }
    )
  })

  it('takes a quote in the middle of a word for a letter, and rows of unequal length as they are', async () => {
    expect((await rowsOf(Buffer.from('a,5" pipe,c\nd,e\n\nf,g,h,i\n'))).map(({ cells }) => cells)).toEqual([
      ['a', '5" pipe', 'c'],
      ['d', 'e'],
      ['f', 'g', 'h', 'i']
    ])
  })

  it('reads a cell of 10 MB without keeping more than that', async () => {
    const [first, large, last] = await rowsOf(
      Buffer.from(`a@x.example,1\nb@x.example,"${'x'.repeat(10_000_000)}"\nc@x.example,3\n`)
    )
    expect(first?.cells).toEqual(['a@x.example', '1'])
    expect(isTooLarge(large?.cells[1] ?? '')).toBe(true)
    expect(last?.cells).toEqual(['c@x.example', '3'])
  })

  it('says at which row a quote is opened that is never closed', async () => {
    const error = await rowsOf(Buffer.from('a,b\nc,"d\ne,f\n')).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(UnreadableFile)
    expect(error).toMatchObject({ trouble: 'unreadable', row: 2 })
  })

  it('knows how the bytes are written', () => {
    const french = 'nom;ville\nZoé;Béziers\nMaël;Orléans\n'
    for (const mark of [true, false])
      for (const encoding of ['utf-8', 'utf-16le', 'utf-16be'] as const)
        expect(watch(encoded(french, encoding, mark))).toBe(encoding)
    expect(watch(encoded(french, 'windows-1252'))).toBe('windows-1252')
    // The only letter that tells stands at the very end.
    expect(watch(encoded(`${'name;city\n'.repeat(20_000)}Zoé`, 'windows-1252'), 4096)).toBe('windows-1252')
    expect(watch(Buffer.from([...Buffer.from('a;b\n'), 0xc3]))).toBe('windows-1252')
  })

  it('finds the sign between cells and whether the first row names them', () => {
    const rows = [
      ['Email', 'City', 'Note'],
      ['a@x.example', 'Lyon', 'one, two; three'],
      ['b@x.example', 'Paris', 'a "quoted"\nword']
    ]
    for (const delimiter of delimiters) {
      const text = stringify(rows, { delimiter })
      expect(detectFormat(text, 'utf-8', true)).toEqual({ encoding: 'utf-8', delimiter, header: true })
      expect(detectFormat(stringify(rows.slice(1), { delimiter }), 'utf-8', true).header).toBe(false)
    }
    expect(detectFormat('a@x.example\nb@x.example\n', 'utf-8', true)).toMatchObject({ header: false })
    expect(namesColumns(['email'])).toBe(true)
    expect(namesColumns(['Anna'])).toBe(false)
    expect(sampleRows('a,b\n"c', ',', false)).toEqual([['a', 'b']])
  })

  it('guesses what columns hold by their names and by what stands in them', () => {
    expect(
      guessColumns(['Prénom', 'Nom', 'E-mail', 'Téléphone', 'Ville préférée', 'Langue', ''], []).map(
        ({ means, attribute }) => attribute || means
      )
    ).toEqual(['first-name', 'last-name', 'email', 'phone', 'Ville preferee', 'locale', 'skip'])
    expect(
      guessColumns([], [['Anna', 'anna@x.example', '+33 6 12 34 56 78']]).map(({ means }) => means)
    ).toEqual(['skip', 'email', 'phone'])
  })
})

describe('a cell', () => {
  it('comes back from a guarded file as it was, and is never taken for a formula', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc
            .tuple(
              fc.constantFrom('', "'", "''"),
              fc.constantFrom('=', '+', '-', '@', '\t', '\r'),
              fc.string()
            )
            .map((parts) => parts.join(''))
        ),
        (text) => {
          expect(bareCell(guardCell(text))).toBe(text)
          expect(guardCell(text)).not.toMatch(/^[=+\-@\t\r]/)
        }
      )
    )
  })

  it('is one line without signs that control or hide', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const clean = cleanCell(text)
        expect(clean).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069\u2028\u2029]/u)
        expect(cleanCell(guardCell(clean))).toBe(clean)
      })
    )
    expect(cleanCell('Anna\r\nBcc: all@x.example')).toBe('Anna Bcc: all@x.example')
    expect(cleanCell('\u202efdp.exe\u0000')).toBe('fdp.exe')
    expect(cleanCell("'=SUM(A1)")).toBe('=SUM(A1)')
  })
})
