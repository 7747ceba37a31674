import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hookPath, readHook, type Hook } from './hooks.ts'

const id = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 40 })
const hooks: fc.Arbitrary<Hook> = fc.oneof(
  fc.record({
    kind: fc.constant('result' as const),
    of: fc.constantFrom('asked' as const, 'left' as const, 'recorded' as const, 'referred' as const),
    id,
    batch: id,
    more: fc.boolean()
  }),
  fc.record({ kind: fc.constant('waiting' as const), id, batch: id, since: fc.nat(2 ** 31 - 1) }),
  fc.record({ kind: fc.constant('room' as const), room: id }),
  fc.constant({ kind: 'answeredBy' as const }),
  fc.constant({ kind: 'status' as const })
)

describe('the path of a hook', () => {
  it('says all that it was made of, whatever the ids', () => {
    fc.assert(
      fc.property(hooks, (hook) => {
        const path = hookPath(hook)
        expect(path).toMatch(/^\/[\x21-\x7e]*$/)
        expect(readHook(path)).toEqual(hook)
      })
    )
  })

  it.each([
    '',
    '/',
    'room/x',
    '/room',
    '/room/',
    '/room/a/b',
    '/result/asked/q/b',
    '/result/eaten/q/b/last',
    '/result/asked//b/last',
    '/waiting/c/b/soon',
    '/room/%',
    '/status/x',
    '//room/x',
    'https://x/room/y'
  ])('is not understood as %j', (path) => {
    expect(readHook(path)).toBeNull()
  })

  it.each(['', 'é', '\ud800', 'a\nb', 'x'.repeat(201)])('is not made of the id %j', (wrong) => {
    expect(() => hookPath({ kind: 'room', room: wrong })).toThrow(
      expect.objectContaining({ reason: 'refused' }) as Error
    )
  })
})
