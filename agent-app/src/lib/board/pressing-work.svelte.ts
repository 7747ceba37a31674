import { readBoardWork } from '@palabre/config/contract/board'
import type { Interaction } from '@palabre/config/contract/interaction'
import { explainRouting, type Reason } from '@palabre/config/contract/routing'
import { call } from '../call.ts'
import { live } from '../live.svelte.ts'

/** The reason of one is read again after a change, at most so often. */
const reasonMs = 3000

/** What is shown of pressing work beside its time: who it is, and why it waits. */
export class PressingWork {
  #works = $state.raw<ReadonlyMap<string, Interaction>>(new Map())
  #reasons = $state.raw<ReadonlyMap<string, Reason>>(new Map())
  #readAt = new Map<string, number>()
  #soon = new Map<string, ReturnType<typeof setTimeout>>()

  get = (id: string): Interaction | undefined => this.#works.get(id)
  reason = (id: string): Reason | undefined => this.#reasons.get(id)

  /** Follows these until the function that it gives is called. */
  start(ids: readonly string[]): () => void {
    const shown = new Set(ids)
    const stops = [
      live.on('interaction.changed', ({ interaction }) => {
        if (!shown.has(interaction.id)) return
        this.take(interaction)
        this.#explainSoon(interaction.id)
      }),
      ...ids.map((id) => live.watch(`interaction:${id}`)),
      live.keep(() => void this.#read(ids), { atOnce: true })
    ]
    for (const id of ids) if (!this.#reasons.has(id)) this.#explainSoon(id)
    return () => {
      for (const timer of this.#soon.values()) clearTimeout(timer)
      this.#soon.clear()
      for (const stop of stops) stop()
    }
  }

  take(interaction: Interaction): void {
    if ((this.#works.get(interaction.id)?.version ?? -1) > interaction.version) return
    this.#works = new Map(this.#works).set(interaction.id, interaction)
  }

  async #read(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return
    try {
      const { items } = await call(readBoardWork, { query: { ids: ids.join() } })
      for (const item of items) this.take(item)
    } catch {
      // The rows stand without names until the next resync; what presses is told all the same.
    }
  }

  #explainSoon(id: string): void {
    if (this.#soon.has(id)) return
    const wait = Math.max(50, (this.#readAt.get(id) ?? 0) + reasonMs - Date.now())
    this.#soon.set(
      id,
      setTimeout(() => {
        this.#soon.delete(id)
        this.#readAt.set(id, Date.now())
        void this.#explain(id)
      }, wait)
    )
  }

  async #explain(id: string): Promise<void> {
    try {
      const { why } = await call(explainRouting, { params: { id } })
      const [first] = why
      if (first) this.#reasons = new Map(this.#reasons).set(id, first)
    } catch {
      // Its row says that the reason is not known; the panel tries again.
    }
  }
}
