import fc from 'fast-check'
import { expect, it } from 'vitest'
import { openAgenda } from './agenda.ts'

const timeArb = fc.integer({ min: 0, max: 20 })

it('gives back what was put in, the earliest first, whatever is thrown out between', () =>
  fc.assert(
    fc.property(fc.array(fc.oneof(timeArb, fc.constantFrom('pop' as const, 'keep' as const))), (steps) => {
      const agenda = openAgenda<string>()
      let list: number[] = []
      for (const step of steps) {
        if (step === 'keep') {
          agenda.keep((value, at) => value === `at ${String(at)}` && at % 3 > 0)
          list = list.filter((at) => at % 3 > 0)
        } else if (step === 'pop') {
          agenda.pop()
          list.sort((a, b) => a - b).shift()
        } else {
          agenda.push(step, `at ${String(step)}`)
          list.push(step)
        }
        const first = Math.min(...list)
        expect(agenda.size).toBe(list.length)
        expect(agenda.at()).toBe(first)
        expect(agenda.peek()).toBe(list.length > 0 ? `at ${String(first)}` : undefined)
      }
    })
  ))
