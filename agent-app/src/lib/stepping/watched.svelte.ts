import { listWatched, type Watched } from '@palabre/config/contract/stepping'
import { call } from '../call.ts'
import { live } from '../live.svelte.ts'

/** Which of the agent's own work a supervisor looks at now. */
class WatchedWork {
  #shown = $state.raw<ReadonlyMap<string, boolean>>(new Map())
  #touched: Map<string, Watched> | null = null

  /** What is written in it is told as it is written. */
  isOn = (interactionId: string): boolean => this.#shown.has(interactionId)
  /** The agent is to see it. */
  isShown = (interactionId: string): boolean => this.#shown.get(interactionId) === true

  /** Follows it until the function that it gives is called. */
  start(): () => void {
    const stops = [
      live.on('watched.changed', ({ watched }) => {
        this.#touched?.set(watched.interactionId, watched)
        this.#take([watched])
      }),
      live.keep(() => void this.#read())
    ]
    return () => {
      for (const stop of stops) stop()
      this.#shown = new Map()
    }
  }

  async #read(): Promise<void> {
    const touched = new Map<string, Watched>()
    this.#touched = touched
    try {
      const { items } = await call(listWatched)
      this.#shown = new Map()
      this.#take([...items, ...touched.values()])
    } catch {
      // The next resync asks again; what events say is taken meanwhile.
    } finally {
      if (this.#touched === touched) this.#touched = null
    }
  }

  #take(all: readonly Watched[]): void {
    const next = new Map(this.#shown)
    for (const { interactionId, on, shown } of all)
      if (on) next.set(interactionId, shown)
      else next.delete(interactionId)
    this.#shown = next
  }
}

export const watched = new WatchedWork()
