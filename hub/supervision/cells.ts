import { mostDue, type BoardCell } from '@palabre/config/contract/board'
import type { Interaction } from '@palabre/config/contract/interaction'

/** What a board needs of an interaction. */
export type Work = Pick<
  Interaction,
  'id' | 'version' | 'queueId' | 'accountId' | 'channel' | 'medium' | 'state' | 'queuedAt' | 'dueAt'
>

/** Closed ones that are remembered. */
const mostClosed = 10_000

interface Cell {
  of: Pick<BoardCell, 'queueId' | 'accountId' | 'channel' | 'medium'>
  counts: Record<Exclude<Work['state'], 'closed'>, number>
  /** Those in the queue, the offered ones among them. */
  waiting: Map<string, Work>
  wrapUpIds: Set<string>
}

/** An open interaction, and how many states had been heard when this one was. */
interface Known {
  work: Work
  heard: number
}

const keyOf = ({ queueId, accountId, medium }: Work) => `${queueId} ${accountId} ${medium}`
const waits = ({ state }: Work) => state === 'queued' || state === 'offered'
const isEmpty = ({ counts: { queued, offered, active, wrapup } }: Cell) =>
  queued + offered + active + wrapup === 0
const looksLike = (a: Work, b: Work) =>
  a.state === b.state && a.queuedAt === b.queuedAt && a.dueAt === b.dueAt && keyOf(a) === keyOf(b)

/**
 * All open work in memory, counted by queue, account and medium. A state that is older than what is known changes
 * nothing, so that events may come twice or out of order. A change costs the same however much there is; telling a cell
 * looks at what waits in it. Pure.
 */
export class Cells {
  readonly #known = new Map<string, Known>()
  readonly #cells = new Map<string, Cell>()
  readonly #changed = new Set<string>()
  /** Closed not long ago: an older state that comes late must not open it again. */
  readonly #closed = new Map<string, number>()
  #heard = 0

  /** How many states were heard; given to `replace`, it says when the snapshot was asked for. */
  get heard(): number {
    return this.#heard
  }

  take(work: Work) {
    const before = this.#known.get(work.id)?.work
    if ((before?.version ?? this.#closed.get(work.id) ?? -1) >= work.version) return
    this.#heard += 1
    if (work.state === 'closed') {
      if (before) this.#leave(before)
      this.#close(work)
      return
    }
    this.#closed.delete(work.id)
    this.#known.set(work.id, { work, heard: this.#heard })
    // A message in an open thread is a new state, and no other figure.
    if (before && looksLike(before, work)) return
    if (before) this.#leave(before)
    this.#enter(work)
  }

  /**
   * What there was, and nothing else, when a snapshot was asked for (`since`). What was heard from then on may be newer
   * than the snapshot and stays, also where the snapshot does not have it.
   */
  replace(works: readonly Work[], since: number) {
    const ids = new Set(works.map(({ id }) => id))
    for (const [id, { work, heard }] of this.#known)
      if (!ids.has(id) && heard <= since) {
        this.#leave(work)
        this.#close(work)
      }
    for (const work of works) this.take(work)
  }

  all(): BoardCell[] {
    return [...this.#cells.values()].map(present)
  }

  /** The cells that changed since the last time this was asked; one that is empty now says so once. */
  changes(): BoardCell[] {
    const cells: BoardCell[] = []
    for (const key of this.#changed) {
      const cell = this.#cells.get(key)
      if (!cell) continue
      cells.push(present(cell))
      if (isEmpty(cell)) this.#cells.delete(key)
    }
    this.#changed.clear()
    return cells
  }

  #enter(work: Work) {
    if (work.state === 'closed') return
    const key = keyOf(work)
    const { queueId, accountId, channel, medium } = work
    let cell = this.#cells.get(key)
    if (!cell) {
      const counts = { queued: 0, offered: 0, active: 0, wrapup: 0 }
      cell = { of: { queueId, accountId, channel, medium }, counts, waiting: new Map(), wrapUpIds: new Set() }
      this.#cells.set(key, cell)
    }
    cell.counts[work.state] += 1
    if (waits(work)) cell.waiting.set(work.id, work)
    if (work.state === 'wrapup') cell.wrapUpIds.add(work.id)
    this.#changed.add(key)
  }

  #leave(work: Work) {
    const key = keyOf(work)
    const cell = this.#cells.get(key)
    if (!cell || work.state === 'closed') return
    cell.counts[work.state] -= 1
    cell.waiting.delete(work.id)
    cell.wrapUpIds.delete(work.id)
    this.#changed.add(key)
  }

  #close({ id, version }: Work) {
    this.#known.delete(id)
    this.#closed.set(id, version)
    for (const oldest of this.#closed.keys()) {
      if (this.#closed.size <= mostClosed) return
      this.#closed.delete(oldest)
    }
  }
}

function present({ of, counts, waiting, wrapUpIds }: Cell): BoardCell {
  let oldest: string | null = null
  for (const { queuedAt } of waiting.values()) if (oldest === null || queuedAt < oldest) oldest = queuedAt
  return {
    ...of,
    waiting: waiting.size,
    offered: counts.offered,
    active: counts.active,
    wrapUp: counts.wrapup,
    oldestQueuedAt: oldest,
    due: firstDue(waiting.values()),
    wrapUpIds: [...wrapUpIds].sort()
  }
}

type Due = BoardCell['due'][number]

const isBefore = (a: Due, b: Due) =>
  a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.interactionId < b.interactionId)

/** The next ones, in order. Thousands may wait for few to be told, so they are not all put in order. */
function firstDue(waiting: Iterable<Work>): Due[] {
  const first: Due[] = []
  for (const { id, queuedAt, dueAt } of waiting) {
    if (dueAt === null) continue
    const due = { interactionId: id, queuedAt, dueAt }
    const last = first.at(-1)
    if (first.length === mostDue && last && !isBefore(due, last)) continue
    let at = first.length
    while (at > 0 && isBefore(due, first[at - 1]!)) at -= 1
    first.splice(at, 0, due)
    if (first.length > mostDue) first.pop()
  }
  return first
}
