import fc from 'fast-check'
import { expect, it } from 'vitest'
import { piecesOf, slotMs, slotOf } from './slots.ts'

it('cuts a stretch of time so that nothing is lost and no piece leaves its quarter', () => {
  const moment = fc.integer({ min: 0, max: 10 * slotMs })
  fc.assert(
    fc.property(moment, moment, (a, b) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)]
      const pieces = piecesOf(from, to)
      expect(pieces.reduce((sum, { ms }) => sum + ms, 0)).toBe(to - from)
      let at = from
      for (const { slot, ms } of pieces) {
        expect(slotOf(at)).toBe(slot)
        expect(slotOf(at + ms - 1)).toBe(slot)
        at += ms
      }
    })
  )
})
