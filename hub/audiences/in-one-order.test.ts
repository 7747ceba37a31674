import fc from 'fast-check'
import { Types } from 'mongoose'
import { expect, it } from 'vitest'
import { inOneOrder } from './in-one-order.ts'

const idOf = (n: number) => new Types.ObjectId(n.toString(16).padStart(24, '0'))

async function* inBatches(numbers: number[], size: number): AsyncGenerator<Types.ObjectId[]> {
  yield []
  for (let at = 0; at < numbers.length; at += size) {
    await Promise.resolve()
    yield numbers.slice(at, at + size).map(idOf)
    yield []
  }
}

it('makes one source of several in order, with every id once and batches of the size', async () => {
  const source = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 40 })
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(source, fc.integer({ min: 1, max: 7 })), { maxLength: 4 }),
      fc.integer({ min: 1, max: 9 }),
      async (sources, size) => {
        const sorted = sources.map(([numbers, width]) =>
          inBatches(
            numbers.toSorted((a, b) => a - b),
            width
          )
        )
        const batches: string[][] = []
        for await (const ids of inOneOrder(sorted, size)) batches.push(ids.map(String))
        const wanted = [...new Set(sources.flatMap(([numbers]) => numbers))].toSorted((a, b) => a - b)
        expect(batches.flat()).toEqual(wanted.map((n) => idOf(n).toHexString()))
        expect(batches.slice(0, -1).every((ids) => ids.length === size)).toBe(true)
      }
    )
  )
})
