import { listInteractions, type Interaction } from '@palabre/config/contract/interaction'
import { call } from '../call.ts'
import { live } from '../live.svelte.ts'
import { directory } from './directory.svelte.ts'

const pageSize = 100
/** Beyond this many the list shows the longest waits of what it knows; nobody picks the 501st by hand. */
const most = 500

/** What waits in the queues of one's scope, the longest wait first, live while it is on screen. */
export class WaitingList {
  #byId = $state.raw<ReadonlyMap<string, Interaction>>(new Map())
  state = $state<'loading' | 'ready' | 'failed'>('loading')
  error = $state.raw<unknown>()
  #known = new Map<string, number>()

  readonly items = $derived(
    [...this.#byId.values()].sort(
      (a, b) => Date.parse(a.queuedAt) - Date.parse(b.queuedAt) || (a.id < b.id ? -1 : 1)
    )
  )

  /** Follows the queues with these ids until the function that it gives is called. */
  start(queueIds: readonly string[]): () => void {
    const stops = [
      live.on('interaction.changed', ({ interaction }) => this.take(interaction)),
      ...queueIds.map((id) => live.watch(`queue:${id}`)),
      live.keep(() => void this.read())
    ]
    return () => stops.forEach((stop) => stop())
  }

  read = async (): Promise<void> => {
    try {
      const found = new Map<string, Interaction>()
      let after: string | undefined
      do {
        const page = await call(listInteractions, { query: { state: 'queued', limit: pageSize, after } })
        for (const item of page.items) found.set(item.id, item)
        after = page.next
      } while (after && found.size < most)
      for (const [id, item] of found) {
        const newer = this.#known.get(id)
        if (newer !== undefined && newer > item.version) {
          const held = this.#byId.get(id)
          if (held) found.set(id, held)
          else found.delete(id)
        }
      }
      this.#byId = found
      this.state = 'ready'
    } catch (error) {
      if (this.state === 'ready') return
      this.state = 'failed'
      this.error = error
    }
  }

  take(interaction: Interaction): void {
    const { id, version, state, queueId } = interaction
    if ((this.#known.get(id) ?? -1) >= version) return
    this.#known.set(id, version)
    const waits = state === 'queued' && directory.scope.some((queue) => queue.id === queueId)
    if (!waits && !this.#byId.has(id)) return
    const next = new Map(this.#byId)
    if (waits) next.set(id, interaction)
    else next.delete(id)
    this.#byId = next
  }
}
