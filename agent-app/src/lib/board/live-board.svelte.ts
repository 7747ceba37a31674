import { readBoard, type BoardCell, type BoardQuarter } from '@palabre/config/contract/board'
import { call } from '../call.ts'
import { live } from '../live.svelte.ts'

/** Sums of many quarters are drawn anew at most so often. */
const drawMs = 1000
const keyOf = ({ queueId, accountId, medium }: BoardCell) => `${queueId} ${accountId} ${medium}`

/** The work and the quarters of an hour of the floor since a moment, as far as one may see it, kept true by events. */
export class LiveBoard {
  /** The beginning of what it knows, in ms. */
  readonly from: number
  state = $state<'loading' | 'ready' | 'failed'>('loading')
  error = $state.raw<unknown>()
  cells = $state.raw<readonly BoardCell[]>([])
  quarters = $state.raw<readonly BoardQuarter[]>([])
  #cells = new Map<string, BoardCell>()
  #quarters = new Map<string, BoardQuarter>()
  /** Cells that were told while a snapshot was on its way; it may be older. */
  #meanwhile: BoardCell[] | null = null
  #timer: ReturnType<typeof setTimeout> | undefined
  #asked = 0

  constructor(from: number) {
    this.from = from
  }

  /** Follows the board until the function that it gives is called. */
  start(): () => void {
    const stops = [
      live.on('board.changed', ({ cells }) => {
        this.#meanwhile?.push(...cells)
        this.#take(cells)
        this.cells = [...this.#cells.values()]
      }),
      live.on('quarters.changed', ({ quarters }) => {
        this.#add(quarters)
        this.#timer ??= setTimeout(this.#draw, drawMs)
      }),
      live.watch('board'),
      live.keep(() => void this.read(), { atOnce: true })
    ]
    return () => {
      clearTimeout(this.#timer)
      this.#timer = undefined
      for (const stop of stops) stop()
    }
  }

  read = async (): Promise<void> => {
    const asked = ++this.#asked
    this.#meanwhile = []
    try {
      const { cells, quarters } = await call(readBoard, {
        query: { from: new Date(this.from).toISOString() }
      })
      if (asked !== this.#asked) return
      this.#cells = new Map()
      this.#take([...cells, ...this.#meanwhile])
      this.cells = [...this.#cells.values()]
      const known = [...this.#quarters.values()]
      this.#quarters = new Map()
      this.#add(quarters)
      // What was told since is newer than the snapshot; what is not in it at all is out of sight by now.
      this.#add(known.filter(({ id }) => this.#quarters.has(id)))
      this.#draw()
      this.#meanwhile = null
      this.state = 'ready'
      this.error = undefined
    } catch (error) {
      if (asked !== this.#asked) return
      this.#meanwhile = null
      // What is on screen stays; the banner says that the connection is lost.
      if (this.state === 'ready') return
      this.state = 'failed'
      this.error = error
    }
  }

  retry = (): void => {
    this.state = 'loading'
    void this.read()
  }

  #take(cells: readonly BoardCell[]): void {
    for (const cell of cells) this.#cells.set(keyOf(cell), cell)
  }

  #add(quarters: readonly BoardQuarter[]): void {
    for (const quarter of quarters)
      if ((this.#quarters.get(quarter.id)?.version ?? -1) <= quarter.version)
        this.#quarters.set(quarter.id, quarter)
  }

  #draw = (): void => {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.quarters = [...this.#quarters.values()]
  }
}
