import fc from 'fast-check'
import { expect, it } from 'vitest'
import { firstOf, insertRanked, moveRanked, openRanked, removeRanked } from './ranked.ts'

interface One {
  id: number
  place: number
}
const before = (a: One, b: One) => a.id < b.id
const inOrder = (a: One, b: One) => a.place - b.place || a.id - b.id

it('stands in order, whatever comes, moves and leaves', () =>
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 400 }),
      fc.array(
        fc.record({
          what: fc.constantFrom('comes', 'comes', 'first leaves', 'leaves', 'moves'),
          at: fc.nat(1000),
          place: fc.integer({ min: 0, max: 60 })
        }),
        { maxLength: 300 }
      ),
      (many, steps) => {
        const list = openRanked<One>()
        const known: One[] = []
        const put = (one: One) => {
          insertRanked(list, one.place, one, before)
          known.push(one)
          known.sort(inOrder)
        }
        for (let id = 0; id < many; id++) put({ id, place: id % 60 })
        let id = many
        for (const { what, at, place } of steps) {
          const which = what === 'first leaves' ? 0 : at % Math.max(1, known.length)
          const one = known[which]
          if (what === 'comes') put({ id: id++, place })
          else if (!one) continue
          else if (what === 'moves') {
            moveRanked(list, one, { start: one.place, to: place }, before)
            one.place = place
            known.sort(inOrder)
          } else {
            removeRanked(list, one.place, one)
            known.splice(which, 1)
          }
          expect(firstOf(list)).toBe(known[0] ?? null)
        }
        expect(list.values.slice(list.from)).toEqual(known)
        expect(list.places.slice(list.from)).toEqual(known.map((one) => one.place))
      }
    ),
    { numRuns: 200 }
  ))
