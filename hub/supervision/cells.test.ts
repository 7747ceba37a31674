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
/** The newest state of each that is open. */
const open = (works: readonly Work[]) =>
  [...new Map(works.map((one) => [one.id, one])).values()].filter(({ state }) => state !== 'closed')
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
    cells.replace([second], cells.heard)
    expect(total(cells.all())).toEqual({ waiting: 1, active: 0, wrapUp: 0 })
  })

  it('keep what was heard while a snapshot was read, whether it has it or not', () => {
    fc.assert(
      fc.property(history, fc.nat(), fc.nat(), (works, asked, answered) => {
        const cells = new Cells()
        // As the database has it: each version is written after the one before it, and told later.
        const ordered = works.sort((a, b) => a.version - b.version)
        const [from, to] = [asked % (ordered.length + 1), answered % (ordered.length + 1)].sort(
          (a, b) => a - b
        )
        for (const one of ordered.slice(0, from)) cells.take(one)
        const since = cells.heard
        for (const one of ordered.slice(from, to)) cells.take(one)
        cells.replace(open(ordered.slice(0, from)), since)
        for (const one of ordered.slice(to)) cells.take(one)
        expect(total(cells.all())).toEqual(counted(works))
      })
    )
  })

  it('are not told again for what changes no figure of them', () => {
    const [sample] = fc.sample(work, { numRuns: 1, seed: 4 }) as [Work]
    const cells = new Cells()
    cells.take({ ...sample, state: 'active', version: 1 })
    expect(cells.changes()).toHaveLength(1)
    cells.take({ ...sample, state: 'active', version: 2 })
    expect(cells.changes()).toEqual([])
    cells.take({ ...sample, state: 'wrapup', version: 1 })
    expect(cells.changes()).toEqual([])
  })

  it('tell the fifty targets that are next, in order, of however many', () => {
    const [sample] = fc.sample(work, { numRuns: 1, seed: 5 }) as [Work]
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 59 }), { minLength: 1, maxLength: 200 }), (minutes) => {
        const cells = new Cells()
        const waiting = minutes.map((minute, n) => ({
          ...sample,
          id: id('a', n),
          state: 'queued' as const,
          dueAt: `2026-01-01T11:${String(minute).padStart(2, '0')}:00.000Z`
        }))
        for (const one of waiting) cells.take(one)
        const expected = waiting
          .map(({ id: interactionId, dueAt }) => `${dueAt} ${interactionId}`)
          .sort()
          .slice(0, 50)
        expect(cells.all()[0]?.due.map(({ dueAt, interactionId }) => `${dueAt} ${interactionId}`)).toEqual(
          expected
        )
      })
    )
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
