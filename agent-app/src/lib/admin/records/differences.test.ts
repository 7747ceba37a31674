import { describe, expect, it } from 'vitest'
import { differences, rebase, same } from './differences.ts'

describe('two states of a record', () => {
  it('are the same whatever the order of their keys, but not of their lists', () => {
    expect(same({ a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 })).toBe(true)
    expect(same([1, 2], [2, 1])).toBe(false)
  })
  it('differ by the fields that changed only', () =>
    expect(differences({ name: 'A', list: [1] }, { name: 'B', list: [1] })).toEqual({ name: 'B' }))
  it('go together: mine stays mine, the rest becomes theirs', () =>
    expect(
      rebase(
        { name: 'A', text: 'a', on: false },
        { name: 'mine', text: 'a', on: false },
        { name: 'theirs', text: 'b', on: true }
      )
    ).toEqual({ name: 'mine', text: 'b', on: true }))
})
