import type { Interaction } from '@palabre/config/contract/interaction'
import { describe, expect, it } from 'vitest'
import { freeze, linesOf } from './lines.ts'

const one = (id: string, queueId: string, priority = 0) => ({ id, queueId, priority }) as Interaction
const keys = (lines: { key: string }[]) => lines.map(({ key }) => key)

describe('the lines of the waiting list', () => {
  it('stand under their queue in the order of the queue, and empty queues are left out', () => {
    const lines = linesOf(['a', 'b', 'c'], [one('1', 'c'), one('2', 'a'), one('3', 'c')])
    expect(keys(lines)).toEqual(['queue-a', '2', 'queue-c', '1', '3'])
    expect(lines.flatMap((line) => (line.kind === 'item' ? [line.place] : []))).toEqual([1, 1, 2])
  })

  it('leave out what is in a queue that is not asked for', () => {
    expect(linesOf(['a'], [one('1', 'b')])).toEqual([])
  })

  it('keep their places while somebody points at them', () => {
    const shown = linesOf(['a'], [one('1', 'a'), one('2', 'a')])
    const natural = linesOf(['a'], [one('3', 'a'), one('2', 'a', 9)])
    const held = freeze(natural, shown)
    expect(keys(held)).toEqual(['queue-a', '1', '2', '3'])
    expect(held.map((line) => line.kind === 'item' && line.gone)).toEqual([false, true, false, false])
    expect(held[2]).toMatchObject({ interaction: { priority: 9 } })
  })
})
