import { describe, expect, it } from 'vitest'
import { beginningWith, markBefore } from './recipients.ts'

/** A list as the hub pages it: by address, after a mark. */
const page = (addresses: string[], after: string | undefined) =>
  [...addresses].sort().filter((address) => after === undefined || address > after)

const addresses = [
  'anna@one.example',
  'awa',
  'awa@one.example',
  'awb@one.example',
  'b@one.example',
  '+33612',
  'aw'
]

describe('recipients whose address begins like this', () => {
  it.each([
    ['awa', ['awa', 'awa@one.example']],
    ['awa@one.example', ['awa@one.example']],
    ['a', ['anna@one.example', 'aw', 'awa', 'awa@one.example', 'awb@one.example']],
    ['+33', ['+33612']],
    ['zz', []]
  ])('%s', (prefix, expected) => {
    const items = page(addresses, markBefore(prefix)).map((address) => ({ address }))
    expect(items.slice(0, expected.length).map(({ address }) => address)).toEqual(expected)
    expect(beginningWith(prefix, { items }).items.map(({ address }) => address)).toEqual(expected)
  })
  it('are at an end where the next begins otherwise', () => {
    const items = [{ address: 'awa@one.example' }, { address: 'b@one.example' }]
    expect(beginningWith('awa', { items, next: 'x' })).toEqual({ items: [items[0]] })
    expect(beginningWith('', { items, next: 'x' }).next).toBe('x')
  })
  it('are all where nothing is typed', () => {
    expect(markBefore('')).toBeUndefined()
  })
})
