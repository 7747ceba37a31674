import fc from 'fast-check'
import { expect, it } from 'vitest'
import { quarterMs, quarterOf } from '@palabre/config/figures/quarters'
import { piecesOf } from './slots.ts'

it('cuts a stretch of time so that nothing is lost and no piece leaves its quarter', () => {
  const moment = fc.integer({ min: 0, max: 10 * quarterMs })
  fc.assert(
    fc.property(moment, moment, (a, b) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)]
      const pieces = piecesOf(from, to)
      expect(pieces.reduce((sum, { ms }) => sum + ms, 0)).toBe(to - from)
      let at = from
      for (const { slot, ms } of pieces) {
        expect(quarterOf(at)).toBe(slot)
        expect(quarterOf(at + ms - 1)).toBe(slot)
        at += ms
      }
    })
  )
})
