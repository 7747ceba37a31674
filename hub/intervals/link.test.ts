import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { endsOf, type Turn } from './link.ts'

const at = (seconds: number) => new Date(1_700_000_000_000 + seconds * 1000)
const turn = (n: number, seconds: number, state = 'ready'): Turn => ({ n, from: at(seconds), state })

describe('the ends of states', () => {
  it('are the beginnings of the next ones, and the last one lasts', () => {
    expect([...endsOf([turn(1, 0), turn(2, 10, 'paused'), turn(5, 30)])]).toEqual([
      [1, at(10)],
      [2, at(30)],
      [5, null]
    ])
  })

  it('count nothing of what is closed, until it is opened again', () => {
    const ends = endsOf([turn(1, 0, 'active'), turn(2, 10, 'closed'), turn(3, 90, 'queued')])
    expect(ends.get(1)).toEqual(at(10))
    expect(ends.get(2)).toEqual(at(10))
    expect(ends.get(3)).toBeNull()
  })

  it('make nothing shorter than nothing when the clock went back', () => {
    expect(endsOf([turn(1, 100), turn(2, 40)]).get(1)).toEqual(at(100))
  })

  it('are the same in whatever order the lines were heard', () => {
    const turns = fc.uniqueArray(
      fc.record({ n: fc.integer({ min: 1, max: 50 }), s: fc.integer({ max: 1000 }) }),
      {
        selector: ({ n }) => n,
        minLength: 1
      }
    )
    fc.assert(
      fc.property(turns, fc.integer(), (given, seed) => {
        const lines = given.map(({ n, s }) => turn(n, s))
        const shuffled = [...lines].sort((a, b) => ((a.n * 31 + seed) % 7) - ((b.n * 31 + seed) % 7))
        expect(new Map([...endsOf(shuffled)].sort())).toEqual(new Map([...endsOf(lines)].sort()))
      })
    )
  })
})
