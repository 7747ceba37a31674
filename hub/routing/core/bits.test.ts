import fc from 'fast-check'
import { expect, it } from 'vitest'
import { bitsFor, hasBit, lowestOf, setBit, sizeOf, sizeOfBoth } from './bits.ts'

const some = fc.uniqueArray(fc.nat(99))
const bitsOf = (numbers: number[]) => {
  const bits = bitsFor(100)
  for (const one of numbers) setBit(bits, one, true)
  return bits
}

it('holds what was put in and no more, and counts it', () =>
  fc.assert(
    fc.property(some, some, (ones, others) => {
      const bits = bitsOf(ones)
      expect([...Array(100).keys()].filter((at) => hasBit(bits, at))).toEqual(ones.sort((a, b) => a - b))
      expect(sizeOf(bits)).toBe(ones.length)
      expect(sizeOfBoth(bits, bitsOf(others))).toBe(ones.filter((one) => others.includes(one)).length)
      const lowest = ones[0]
      if (lowest !== undefined && lowest < 32) expect(lowestOf(bits[0]!)).toBe(lowest)
      for (const one of others) setBit(bits, one, false)
      expect(sizeOf(bits)).toBe(ones.filter((one) => !others.includes(one)).length)
    })
  ))
