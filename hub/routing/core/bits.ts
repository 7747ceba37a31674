/** A set of small whole numbers, 32 to a word. */
export type Bits = Int32Array

/** An empty set with room for so many. */
export const bitsFor = (count: number): Bits => new Int32Array((count + 31) >>> 5)

export const hasBit = (bits: Bits, at: number): boolean => ((bits[at >>> 5]! >>> (at & 31)) & 1) === 1

export function setBit(bits: Bits, at: number, isIn: boolean) {
  const bit = 1 << (at & 31)
  if (isIn) bits[at >>> 5]! |= bit
  else bits[at >>> 5]! &= ~bit
}

/** Where the lowest bit of a word stands that is not 0. */
export const lowestOf = (word: number): number => 31 - Math.clz32(word & -word)

function onesIn(word: number): number {
  let ones = word - ((word >>> 1) & 0x55555555)
  ones = (ones & 0x33333333) + ((ones >>> 2) & 0x33333333)
  return Math.imul((ones + (ones >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

/** How many are in the set. */
export function sizeOf(bits: Bits): number {
  let size = 0
  for (let i = 0; i < bits.length; i++) size += onesIn(bits[i]!)
  return size
}

/** How many are in both sets, which are equally long. */
export function sizeOfBoth(one: Bits, other: Bits): number {
  let size = 0
  for (let i = 0; i < one.length; i++) {
    const both = one[i]! & other[i]!
    if (both !== 0) size += onesIn(both)
  }
  return size
}

/** The same set with room for more. */
export function widened(bits: Bits, words: number): Bits {
  const wider = new Int32Array(words)
  wider.set(bits)
  return wider
}
