import type { BoardCell, BoardQuarter } from '@palabre/config/contract/board'

/** The names of a cell that make it another one than the others. */
export const cellKey = ({
  queueId,
  accountId,
  medium
}: Pick<BoardCell, 'queueId' | 'accountId' | 'medium'>) => `${queueId} ${accountId} ${medium}`

const isEmpty = ({ waiting, active, wrapUp }: BoardCell) => waiting + active + wrapUp === 0

/** What a supervisor's screen shows of the board: a snapshot, and what is told from then on. */
export class BoardScreen {
  readonly cells = new Map<string, BoardCell>()
  readonly quarters = new Map<string, BoardQuarter>()
  /** What was told while a snapshot is on its way: it may be newer than the snapshot. */
  #meanwhile: BoardCell[] | null = null

  /** A snapshot is asked for; what is told from now on counts beside it. */
  reading() {
    this.#meanwhile = []
  }

  read({ cells, quarters }: { cells: readonly BoardCell[]; quarters: readonly BoardQuarter[] }) {
    this.cells.clear()
    for (const cell of [...cells, ...(this.#meanwhile ?? [])]) this.cells.set(cellKey(cell), cell)
    this.#meanwhile = null
    this.addQuarters(quarters)
  }

  /** Cells that changed, whole. */
  take(cells: readonly BoardCell[]) {
    for (const cell of cells) this.cells.set(cellKey(cell), cell)
    this.#meanwhile?.push(...cells)
  }

  addQuarters(quarters: readonly BoardQuarter[]) {
    for (const quarter of quarters)
      if ((this.quarters.get(quarter.id)?.version ?? -1) <= quarter.version)
        this.quarters.set(quarter.id, quarter)
  }
}

/** Cells in one order, without those that hold nothing, to be compared. */
export const inOrder = (cells: Iterable<BoardCell>): BoardCell[] =>
  [...cells].filter((cell) => !isEmpty(cell)).sort((a, b) => (cellKey(a) < cellKey(b) ? -1 : 1))
