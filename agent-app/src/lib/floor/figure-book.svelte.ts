import { readBoard } from '@palabre/config/contract/board'
import { readMyFigures } from '@palabre/config/contract/figures'
import { call } from '../call.ts'
import { clock } from '../clock.svelte.ts'
import { live } from '../live.svelte.ts'
import { dayStart, figuresOf, noFigures, type DayFigures, type Quarter } from './figures.ts'

/** Figures of agents of today, kept true by what is told; read again at midnight. */
abstract class FigureBook {
  #quarters = new Map<string, Map<string, Quarter>>()
  #figures = $state.raw<ReadonlyMap<string, DayFigures>>(new Map())
  #from = $state(dayStart(clock.read()))
  #midnight: ReturnType<typeof setTimeout> | undefined

  /** When the day that is counted began. */
  get from(): number {
    return this.#from
  }

  of = (agentId: string): DayFigures => this.#figures.get(agentId) ?? noFigures

  protected begin(): void {
    const now = clock.read()
    this.#from = dayStart(now)
    clearTimeout(this.#midnight)
    const next = new Date(this.#from)
    next.setDate(next.getDate() + 1)
    this.#midnight = setTimeout(() => void this.read(), next.getTime() - now)
  }
  protected end(): void {
    clearTimeout(this.#midnight)
  }

  protected put(quarters: Iterable<Quarter & { agentId: string }>): void {
    const touched = new Set<string>()
    for (const { agentId, ...quarter } of quarters) {
      const slots = this.#quarters.get(agentId) ?? new Map<string, Quarter>()
      this.#quarters.set(agentId, slots)
      if ((slots.get(quarter.slot)?.version ?? -1) > quarter.version) continue
      slots.set(quarter.slot, quarter)
      touched.add(agentId)
    }
    if (touched.size === 0) return
    const figures = new Map(this.#figures)
    for (const id of touched) figures.set(id, figuresOf(this.#quarters.get(id)?.values() ?? [], this.#from))
    this.#figures = figures
  }

  protected clear(): void {
    this.#quarters.clear()
    this.#figures = new Map()
  }

  abstract read: () => Promise<void>
}

/** Those of every agent in scope, from the board. */
export class FloorFigures extends FigureBook {
  start(): () => void {
    const stops = [
      live.on('quarters.changed', ({ quarters }) =>
        this.put(quarters.flatMap(({ agentId, ...quarter }) => (agentId ? [{ ...quarter, agentId }] : [])))
      ),
      live.watch('board'),
      live.keep(() => void this.read())
    ]
    return () => {
      for (const stop of stops) stop()
      this.end()
    }
  }

  read = async (): Promise<void> => {
    this.begin()
    try {
      const { quarters } = await call(readBoard, { query: { from: new Date(this.from).toISOString() } })
      this.clear()
      this.put(quarters.flatMap(({ agentId, ...quarter }) => (agentId ? [{ ...quarter, agentId }] : [])))
    } catch {
      // What was shown stays; the next event or connection brings what is missing.
    }
  }
}

/** The reader's own. */
export class OwnFigures extends FigureBook {
  readonly #agentId: string
  constructor(agentId: string) {
    super()
    this.#agentId = agentId
  }

  start(): () => void {
    const stops = [
      live.on('figures.changed', ({ agentId, quarters }) => {
        if (agentId === this.#agentId) this.put(quarters.map((quarter) => ({ ...quarter, agentId })))
      }),
      live.keep(() => void this.read())
    ]
    return () => {
      for (const stop of stops) stop()
      this.end()
    }
  }

  read = async (): Promise<void> => {
    this.begin()
    try {
      const { quarters } = await call(readMyFigures, { query: { from: new Date(this.from).toISOString() } })
      this.clear()
      this.put(quarters.map((quarter) => ({ ...quarter, agentId: this.#agentId })))
    } catch {
      // What was shown stays; the next event or connection brings what is missing.
    }
  }
}
