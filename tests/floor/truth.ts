import type { BoardCell, BoardQuarter } from '@palabre/config/contract/board'
import type { Medium } from '@palabre/config/contract/routing'
import { cellKey } from './screen.ts'

interface Id {
  toHexString(): string
}

/** An interaction as it is stored, as far as boards go. */
export interface StoredWork {
  _id: Id
  queueId: Id
  accountId: Id
  channel: string
  medium: string
  state: string
  queuedAt: Date
  dueAt: Date | null
}

const mostDue = 50

/** The cells of a board, counted from what is stored, without the product's help. */
export function cellsOf(works: readonly StoredWork[]): BoardCell[] {
  const cells = new Map<string, BoardCell>()
  for (const { _id, queueId, accountId, channel, medium, state, queuedAt, dueAt } of works) {
    if (state === 'closed') continue
    const of = {
      queueId: queueId.toHexString(),
      accountId: accountId.toHexString(),
      channel,
      medium: medium as Medium
    }
    const cell: BoardCell = cells.get(cellKey(of)) ?? {
      ...of,
      waiting: 0,
      offered: 0,
      active: 0,
      wrapUp: 0,
      oldestQueuedAt: null,
      due: [],
      wrapUpIds: []
    }
    cells.set(cellKey(of), cell)
    if (state === 'active') cell.active += 1
    if (state === 'wrapup') {
      cell.wrapUp += 1
      cell.wrapUpIds.push(_id.toHexString())
    }
    if (state === 'offered') cell.offered += 1
    if (state !== 'queued' && state !== 'offered') continue
    cell.waiting += 1
    const since = queuedAt.toISOString()
    if (cell.oldestQueuedAt === null || since < cell.oldestQueuedAt) cell.oldestQueuedAt = since
    if (dueAt)
      cell.due.push({ interactionId: _id.toHexString(), queuedAt: since, dueAt: dueAt.toISOString() })
  }
  for (const cell of cells.values()) {
    cell.wrapUpIds.sort(compare)
    cell.due = cell.due
      .sort((a, b) => compare(a.dueAt, b.dueAt) || compare(a.interactionId, b.interactionId))
      .slice(0, mostDue)
  }
  return [...cells.values()]
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** A logged line as it is stored, as far as sums go. */
export interface StoredFact {
  noun: string
  name: string
  recordId: Id
  figures: Record<string, string | number | null>
  after?: object
}

/** What quarters of an hour call what a line of an interaction's log says. */
const sumNames: Record<string, string> = {
  arrived: 'arrived',
  offered: 'offers',
  accepted: 'answered',
  abandoned: 'abandoned',
  declined: 'declined',
  expired: 'missed',
  transferred: 'transferred'
}

export type Totals = Record<string, number>

/** All that happened, by name, counted from the stored lines: of queues, and of each agent. */
export function totalsOf(facts: readonly StoredFact[]): Map<string, Totals> {
  const totals = new Map<string, Totals>()
  for (const { noun, name, recordId, figures, after } of facts) {
    if (!after) continue
    const agentId = figures['agentId']
    if (noun === 'interaction') {
      const sum =
        name === 'closed'
          ? figures['handledSeconds'] === undefined
            ? 'automatic'
            : 'handled'
          : sumNames[name]
      if (sum === undefined) continue
      add(totals, 'queues', sum, 1)
      if (typeof agentId === 'string' && ['answered', 'declined', 'missed', 'handled'].includes(sum))
        add(totals, agentId, sum, 1)
    } else if (noun === 'agent' && name === 'presence' && typeof figures['from'] === 'string')
      add(totals, recordId.toHexString(), `${figures['from']}Ms`, Number(figures['fromMs'] ?? 0))
  }
  return totals
}

const counted = new Set([...Object.values(sumNames), 'handled', 'automatic'])

/** The same, from the quarters of an hour that a board shows. */
export function totalsIn(quarters: Iterable<BoardQuarter>): Map<string, Totals> {
  const totals = new Map<string, Totals>()
  for (const { kind, agentId, sums } of quarters)
    for (const [name, value] of Object.entries(sums))
      if (kind === 'agent' ? name !== 'handledMs' : counted.has(name))
        add(totals, kind === 'agent' ? String(agentId) : 'queues', name, value)
  return totals
}

function add(totals: Map<string, Totals>, whose: string, name: string, value: number) {
  if (value === 0) return
  const one = totals.get(whose) ?? {}
  totals.set(whose, one)
  one[name] = (one[name] ?? 0) + value
}

/** Where two counts differ, in words. */
export function differences(told: Map<string, Totals>, facts: Map<string, Totals>): string[] {
  const wrong: string[] = []
  for (const whose of new Set([...told.keys(), ...facts.keys()])) {
    const [a, b] = [told.get(whose) ?? {}, facts.get(whose) ?? {}]
    for (const name of new Set([...Object.keys(a), ...Object.keys(b)]))
      if ((a[name] ?? 0) !== (b[name] ?? 0))
        wrong.push(`${whose} ${name}: ${String(a[name] ?? 0)} told, ${String(b[name] ?? 0)} in the facts`)
  }
  return wrong
}

/** Which cells are not the same, in words. */
export function cellDifferences(told: readonly BoardCell[], stored: readonly BoardCell[]): string[] {
  const byKey = new Map(stored.map((cell) => [cellKey(cell), cell]))
  const wrong = told.flatMap((cell) => {
    const truth = byKey.get(cellKey(cell))
    byKey.delete(cellKey(cell))
    const [a, b] = [JSON.stringify(inKeyOrder(cell)), JSON.stringify(truth && inKeyOrder(truth))]
    return a === b ? [] : [`told ${a.slice(0, 300)}, stored ${String(b).slice(0, 300)}`]
  })
  return [...wrong, ...[...byKey.values()].map((cell) => `not told: ${JSON.stringify(cell).slice(0, 300)}`)]
}

const inKeyOrder = ({ queueId, accountId, channel, medium, ...cell }: BoardCell) => ({
  queueId,
  accountId,
  channel,
  medium,
  waiting: cell.waiting,
  offered: cell.offered,
  active: cell.active,
  wrapUp: cell.wrapUp,
  oldestQueuedAt: cell.oldestQueuedAt,
  due: cell.due.map(({ interactionId, queuedAt, dueAt }) => ({ interactionId, queuedAt, dueAt }))
})
