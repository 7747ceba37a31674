import { describe, expect, it } from 'vitest'
import { isTooDeep } from './depth.ts'

const nest = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)

describe('the depth of a body', () => {
  it('is allowed to 50 levels and no further', () => {
    expect(isTooDeep(nest(50))).toBe(false)
    expect(isTooDeep(nest(51))).toBe(true)
    expect(isTooDeep('{"a":'.repeat(60))).toBe(true)
  })
  it('is not that of brackets in a text, even after an escaped quote', () => {
    expect(isTooDeep(JSON.stringify({ text: '[{'.repeat(100) }))).toBe(false)
    expect(isTooDeep(JSON.stringify({ text: `"${'[{'.repeat(100)}\\` }))).toBe(false)
    expect(isTooDeep(`"\\\\"${nest(60)}`)).toBe(true)
  })
  it('counts only what is open at once', () => expect(isTooDeep(`[${'[],'.repeat(500)}[]]`)).toBe(false))
})
