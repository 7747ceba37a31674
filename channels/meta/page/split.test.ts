import { describe, expect, it } from 'vitest'
import { split } from './split.ts'

const inBytes = (most: number) => (text: string) => Buffer.byteLength(text) <= most

describe('words that are too long for one message', () => {
  it('stay as they are when they fit, and are none when there are none', () => {
    expect(split(' as they are ', inBytes(100))).toEqual(['as they are'])
    expect(split(' \n ', inBytes(100))).toEqual([])
  })

  it('are cut between words, and lose none', () => {
    const text = Array.from({ length: 200 }, (_, i) => `été${String(i)}`).join(' ')
    const pieces = split(text, inBytes(100))
    expect(pieces.every(inBytes(100))).toBe(true)
    expect(pieces.join(' ')).toBe(text)
  })

  it('are cut within a word that is longer than a message, never within a character', () => {
    const text = '😀'.repeat(100)
    const pieces = split(text, inBytes(99))
    expect(pieces.join('')).toBe(text)
    expect(pieces.every((piece) => inBytes(99)(piece) && !piece.includes('\ufffd'))).toBe(true)
    expect(pieces.every((piece) => piece.length % 2 === 0)).toBe(true)
  })

  it('come to an end even where nothing fits', () => {
    expect(split('😀a', () => false)).toEqual(['😀', 'a'])
  })
})
