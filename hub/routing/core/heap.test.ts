import fc from 'fast-check'
import { expect, it } from 'vitest'
import { heapOf } from './heap.ts'

it('gives back what was put in, the first first, whatever comes between', () =>
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 20 }), { freq: 3 })), (steps) => {
      const heap = heapOf<number>((a, b) => a < b)
      const list: number[] = []
      for (const put of steps) {
        if (put === null) {
          list.sort((a, b) => a - b)
          expect(heap.pop()).toBe(list.shift())
        } else {
          heap.push(put)
          list.push(put)
        }
        expect(heap.size).toBe(list.length)
        expect(heap.peek()).toBe(list.length > 0 ? Math.min(...list) : undefined)
      }
    })
  ))
