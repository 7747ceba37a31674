import { describe, expect, it } from 'vitest'
import { rangeOf } from './byte-range.ts'

describe('a range of bytes', () => {
  it.each([
    ['bytes=0-', { from: 0, end: 1000 }],
    ['bytes=0-0', { from: 0, end: 1 }],
    ['bytes=100-199', { from: 100, end: 200 }],
    ['bytes=990-2000', { from: 990, end: 1000 }],
    ['bytes=-10', { from: 990, end: 1000 }],
    ['bytes=-5000', { from: 0, end: 1000 }],
    ['bytes=1000-', 'outside'],
    ['bytes=-0', 'outside'],
    [undefined, null],
    ['bytes=-', null],
    ['bytes=9-2', null],
    ['bytes=0-1,5-6', null],
    ['lines=1-2', null],
    ['bytes=99999999999999999999-', null]
  ])('%s of 1,000', (header, expected) => {
    expect(rangeOf(header, 1000)).toEqual(expected)
  })
})
