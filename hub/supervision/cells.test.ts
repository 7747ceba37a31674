import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Cells, type Work } from './cells.ts'

const id = (kind: string, n: number) => `${kind}${String(n)}`.padStart(24, '0')
const states = ['queued', 'offered', 'active', 'wrapup', 'closed'] as const

const work = fc
  .record({
    n: fc.integer({ min: 1, max: 12 }),
    version: fc.integer({ min: 1, max: 30 }),
    queue: fc.integer({ min: 1, max: 3 }),
    account: fc.integer({ min: 1, max: 2 }),
    state: fc.constantFrom(...states),
    minute: fc.integer({ min: 10, max: 59 }),
    due: fc.boolean()
  })
  .map(({ n, version, queue, account, state, minute, due }): Work => ({
    id: id('a', n),
    version,
    queueId: id('b', queue),
    accountId: id('c', account),
    channel: 'chat',
    medium: 'chat',
    state,
    queuedAt: `2026-01-01T10:${String(minute)}:00.000Z`,
    dueAt: due ? `2026-01-01T11:${String(minute)}:00.000Z` : null
  }))
/** One state for each version of an interaction, as the database would have it. */
const history = fc
  .array(work, { maxLength: 60 })
  .map((works) => [...new Map(works.map((one) => [`${one.id} ${String(one.version)}`, one])).values()])

/** Counted anew, from the newest state of each. */
function counted(works: readonly Work[]) {
  const newest = new Map<string, Work>()
  for (const one of works) if ((newest.get(one.id)?.version ?? -1) < one.version) newest.set(one.id, one)
  const open = [...newest.values()].filter(({ state }) => state !== 'closed')
  return {
    waiting: open.filter(({ state }) => state === 'queued' || state === 'offered').length,
    active: open.filter(({ state }) => state === 'active').length,
    wrapUp: open.filter(({ state }) => state === 'wrapup').length
  }
}
const total = (cells: ReturnType<Cells['all']>) => ({
  waiting: cells.reduce((sum, { waiting }) => sum + waiting, 0),
  active: cells.reduce((sum, { active }) => sum + active, 0),
  wrapUp: cells.reduce((sum, { wrapUp }) => sum + wrapUp, 0)
})

describe('the cells of a board', () => {
  it('count what is open, once, whatever the order and however often its states are told', () => {
    fc.assert(
      fc.property(history, fc.infiniteStream(fc.nat()), (works, dice) => {
        const cells = new Cells()
        const told = [...works, ...works].sort(() => (dice.next().value % 3) - 1)
        for (const one of told) cells.take(one)
        expect(total(cells.all())).toEqual(counted(works))
      })
    )
  })

  it('are known to whoever hears the changes only', () => {
    fc.assert(
      fc.property(history, fc.integer({ min: 1, max: 7 }), (works, every) => {
        const cells = new Cells()
        const heard = new Map<string, ReturnType<Cells['all']>[number]>()
        const hear = () => {
          for (const cell of cells.changes()) heard.set(`${cell.queueId} ${cell.accountId}`, cell)
        }
        for (const [i, one] of works.entries()) {
          cells.take(one)
          if (i % every === 0) hear()
        }
        hear()
        expect(total([...heard.values()])).toEqual(counted(works))
      })
    )
  })

  it('forget what a snapshot does not have', () => {
    const [first, second] = fc.sample(work, { numRuns: 2, seed: 1 }).map((one, i) => ({
      ...one,
      id: id('a', i),
      state: 'queued' as const
    })) as [Work, Work]
    const cells = new Cells()
    cells.take(first)
    cells.take(second)
    cells.replace([second])
    expect(total(cells.all())).toEqual({ waiting: 1, active: 0, wrapUp: 0 })
  })

  it('say how long the longest wait is, and which targets are next', () => {
    const [sample] = fc.sample(work, { numRuns: 1, seed: 3 }) as [Work]
    const cells = new Cells()
    const at = (minute: number) => `2026-01-01T10:${String(minute)}:00.000Z`
    for (const [i, minute] of [30, 20, 40].entries())
      cells.take({ ...sample, id: id('a', i), state: 'queued', queuedAt: at(minute), dueAt: at(minute + 5) })
    const [cell] = cells.all()
    expect(cell?.oldestQueuedAt).toBe(at(20))
    expect(cell?.due.map(({ dueAt }) => dueAt)).toEqual([at(25), at(35), at(45)])
  })
})
