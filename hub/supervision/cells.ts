import type { BoardCell } from '@palabre/config/contract/board'
import type { Interaction } from '@palabre/config/contract/interaction'

/** What a board needs of an interaction. */
export type Work = Pick<
  Interaction,
  'id' | 'version' | 'queueId' | 'accountId' | 'channel' | 'medium' | 'state' | 'queuedAt' | 'dueAt'
>

const mostTold = 50

interface Cell {
  of: Pick<BoardCell, 'queueId' | 'accountId' | 'channel' | 'medium'>
  works: Map<string, Work>
}

const keyOf = ({ queueId, accountId, medium }: Work) => `${queueId} ${accountId} ${medium}`
const isOpen = ({ state }: Work) => state !== 'closed'
const waits = ({ state }: Work) => state === 'queued' || state === 'offered'

/**
 * All open work in memory, counted by queue, account and medium. A state that is older than what is known changes
 * nothing, so that events may come twice or out of order. Pure.
 */
export class Cells {
  readonly #known = new Map<string, Work>()
  readonly #cells = new Map<string, Cell>()
  readonly #changed = new Set<string>()
  /** Closed not long ago: an older state that comes late must not open it again. */
  readonly #closed = new Map<string, number>()

  take(work: Work) {
    const before = this.#known.get(work.id)
    if ((before?.version ?? this.#closed.get(work.id) ?? -1) >= work.version) return
    if (before) this.#leave(before)
    if (isOpen(work)) {
      this.#closed.delete(work.id)
      this.#known.set(work.id, work)
      this.#enter(work)
    } else {
      this.#known.delete(work.id)
      this.#closed.set(work.id, work.version)
      this.#forget()
    }
  }

  /** What there is, and nothing else; for a snapshot after a gap. Newer states that are known stay. */
  replace(works: readonly Work[]) {
    const ids = new Set(works.map(({ id }) => id))
    for (const [id, work] of this.#known)
      if (!ids.has(id)) {
        this.#leave(work)
        this.#known.delete(id)
      }
    for (const work of works) this.take(work)
  }

  all(): BoardCell[] {
    return [...this.#cells.keys()].map((key) => this.#present(key)).filter((cell) => cell !== null)
  }

  /** The cells that changed since the last time this was asked; one that is empty now says so once. */
  changes(): BoardCell[] {
    const cells = [...this.#changed].map((key) => this.#present(key)).filter((cell) => cell !== null)
    for (const key of this.#changed) if (this.#cells.get(key)?.works.size === 0) this.#cells.delete(key)
    this.#changed.clear()
    return cells
  }

  #enter(work: Work) {
    const key = keyOf(work)
    const { queueId, accountId, channel, medium } = work
    const cell = this.#cells.get(key) ?? { of: { queueId, accountId, channel, medium }, works: new Map() }
    this.#cells.set(key, cell)
    cell.works.set(work.id, work)
    this.#changed.add(key)
  }

  #leave(work: Work) {
    const key = keyOf(work)
    this.#cells.get(key)?.works.delete(work.id)
    this.#changed.add(key)
  }

  #present(key: string): BoardCell | null {
    const cell = this.#cells.get(key)
    if (!cell) return null
    const works = [...cell.works.values()]
    const count = (...states: Work['state'][]) => works.filter(({ state }) => states.includes(state)).length
    const waiting = works.filter(waits)
    const oldest = waiting.map(({ queuedAt }) => queuedAt).sort()[0]
    return {
      ...cell.of,
      waiting: waiting.length,
      offered: count('offered'),
      active: count('active'),
      wrapUp: count('wrapup'),
      oldestQueuedAt: oldest ?? null,
      due: waiting
        .flatMap(({ id, queuedAt, dueAt }) => (dueAt === null ? [] : { interactionId: id, queuedAt, dueAt }))
        .sort((a, b) => (a.dueAt < b.dueAt ? -1 : 1))
        .slice(0, mostTold)
    }
  }

  #forget() {
    for (const id of this.#closed.keys()) {
      if (this.#closed.size <= 10_000) return
      this.#closed.delete(id)
    }
  }
}
