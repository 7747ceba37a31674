import { describe, expect, it } from 'vitest'
import { mayBeAsked } from './number-rules.ts'

describe('a number that a stranger asks to have called', () => {
  it.each([
    ['a mobile', '+221770000101'],
    ['a fixed line', '+33145678901'],
    ['one that may be either', '+12125551234']
  ])('may be %s', (_, number) => expect(mayBeAsked(number, [])).toBe(true))

  it.each([
    ['premium', '+33899701234'],
    ['shared cost', '+33810123456'],
    ['freephone', '+33800123456'],
    ['a satellite', '+870773111632'],
    ['another satellite', '+8816123456789'],
    ['a pager', '+447640123456'],
    ['a personal number', '+447012345678'],
    ['of no known kind', '+221111111111'],
    ['nothing', 'hello']
  ])('may not be %s', (_, number) => expect(mayBeAsked(number, [])).toBe(false))

  it('may not begin as the queue forbids', () => {
    expect(mayBeAsked('+221770000101', ['+33', '+22177'])).toBe(false)
    expect(mayBeAsked('+221780000101', ['+33', '+22177'])).toBe(true)
  })
})
