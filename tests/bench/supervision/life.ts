import type { Agent } from '@palabre/config/contract/agent'
import type { BoardCell } from '@palabre/config/contract/board'
import type { Interaction } from '@palabre/config/contract/interaction'
import { cellKey } from '../../floor/screen.ts'
import { sleep } from '../figures.ts'
import type { Line } from '../load/line.ts'
import type { Login } from '../stage/stage.ts'
import { BenchDesk } from './desk.ts'
import { accept, close, write } from './floor-at-work.ts'
import type { Entrance } from './stage.ts'

/** Without anybody at a board, a step takes as long as it usually takes until one shows it. */
const unseenMs = 300
const patienceMs = 20_000

type Fits = (cell: Pick<BoardCell, 'waiting' | 'active' | 'wrapUp'>) => boolean

/** What a request changes, until every supervisor's board shows it. */
interface Step {
  fits: Fits
  at: number
  unseen: Set<number>
  seen: () => void
}

/** How long it takes from a request until a supervisor's socket tells what it changed, in ms. */
export class Lag {
  cells: number[] = []
  presences: number[] = []
  readonly #watchers: number
  readonly #steps = new Map<string, Step>()
  readonly #turns = new Map<string, { state: string; at: number; unseen: Set<number> }>()

  constructor(watchers: number) {
    this.#watchers = watchers
  }

  forget() {
    this.cells = []
    this.presences = []
  }

  /** Does something that changes the figures of a cell; resolves when all boards show it. */
  async step(key: string, fits: Fits, act: () => Promise<unknown>): Promise<void> {
    if (this.#watchers === 0) {
      await act()
      return sleep(unseenMs)
    }
    let late: NodeJS.Timeout | undefined
    const shown = new Promise<void>((resolve, reject) => {
      late = setTimeout(() => {
        reject(new Error(`a board did not show what happened in ${key}`))
      }, patienceMs)
      this.#steps.set(key, { fits, at: performance.now(), unseen: this.#all(), seen: resolve })
    })
    try {
      await Promise.all([act(), shown])
    } finally {
      clearTimeout(late)
    }
  }

  turned(agentId: string, state: string, at: number) {
    this.#turns.set(agentId, { state, at, unseen: this.#all() })
  }

  hears(watcher: number, cell: BoardCell) {
    const step = this.#steps.get(cellKey(cell))
    if (!step?.unseen.has(watcher) || !step.fits(cell)) return
    step.unseen.delete(watcher)
    this.cells.push(performance.now() - step.at)
    if (step.unseen.size === 0) step.seen()
  }

  hearsAgent(watcher: number, { id, presence }: Agent) {
    const turn = this.#turns.get(id)
    if (!turn?.unseen.has(watcher) || presence.state !== turn.state) return
    turn.unseen.delete(watcher)
    this.presences.push(performance.now() - turn.at)
  }

  #all = () => new Set(Array.from({ length: this.#watchers }, (_, n) => n))
}

/**
 * One interaction after the other goes through a watched queue: it arrives, is taken, is closed, each time once the
 * boards show the step before. Ends when `isOver` says so; gives how many went through.
 */
export async function goThrough(
  {
    port,
    line,
    lag,
    login,
    entrance,
    dispositionId
  }: {
    port: number
    line: Line
    lag: Lag
    login: Login
    entrance: Entrance
    dispositionId: string
  },
  isOver: () => boolean
): Promise<number> {
  let offered: (work: Interaction) => void = () => {}
  const desk = new BenchDesk(port, line, login, (work) => {
    if (work.state === 'offered') offered(work)
  })
  await desk.open()
  await desk.presence('ready')
  const key = cellKey({ queueId: entrance.queueId, accountId: entrance.accountId, medium: 'messaging' })
  let count = 0
  while (!isOver()) {
    const offer = new Promise<Interaction>((resolve) => (offered = resolve))
    await lag.step(
      key,
      ({ waiting }) => waiting === 1,
      () => write(line, entrance)
    )
    const work = await offer
    await lag.step(
      key,
      ({ active }) => active === 1,
      () => accept(line, desk, work)
    )
    await lag.step(
      key,
      ({ waiting, active, wrapUp }) => waiting + active + wrapUp === 0,
      () => close(line, desk, work.id, dispositionId)
    )
    count += 1
  }
  desk.cut()
  return count
}
