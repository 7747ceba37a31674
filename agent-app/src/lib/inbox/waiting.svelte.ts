import { listInteractions, type Interaction } from '@palabre/config/contract/interaction'
import { call } from '../call.ts'
import { clock } from '../clock.svelte.ts'
import { live } from '../live.svelte.ts'
import { inOrder } from '../waiting/order.ts'
import { directory } from './directory.svelte.ts'

type Waits = 'queued' | 'offered'
const pageSize = 100

/** What waits in the queues of one's scope, the next one first, live while it is on screen. */
export class WaitingList {
  #byId = $state.raw<ReadonlyMap<string, Interaction>>(new Map())
  state = $state<'loading' | 'ready' | 'failed'>('loading')
  error = $state.raw<unknown>()
  /** There are more than it holds. */
  cut = $state(false)
  #known = new Map<string, number>()
  #states: readonly Waits[]
  #most: number

  /**
   * @param options.states an offer waits for its answer: supervisors see it too
   * @param options.most so many of each state are read, those with the newest activity
   */
  constructor({ states = ['queued'], most = 500 }: { states?: readonly Waits[]; most?: number } = {}) {
    this.#states = states
    this.#most = most
  }

  /** Urgency rises with the time; nobody sees a place change within five seconds. */
  #moment = $derived(Math.floor(clock.now / 5000) * 5000)
  readonly items: Interaction[] = $derived(inOrder([...this.#byId.values()], directory.queue, this.#moment))

  get(id: string): Interaction | undefined {
    return this.#byId.get(id)
  }

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
      const pages = await Promise.all(this.#states.map((state) => this.#readAll(state)))
      const found = new Map(pages.flatMap(({ items }) => items).map((item) => [item.id, item]))
      for (const [id, item] of found) {
        const newer = this.#known.get(id)
        if (newer !== undefined && newer > item.version) {
          const held = this.#byId.get(id)
          if (held) found.set(id, held)
          else found.delete(id)
        }
      }
      this.#byId = found
      this.cut = pages.some(({ cut }) => cut)
      this.state = 'ready'
    } catch (error) {
      if (this.state === 'ready') return
      this.state = 'failed'
      this.error = error
    }
  }

  async #readAll(state: Waits): Promise<{ items: Interaction[]; cut: boolean }> {
    const items: Interaction[] = []
    let after: string | undefined
    do {
      const page = await call(listInteractions, { query: { state, limit: pageSize, after } })
      items.push(...page.items)
      after = page.next
    } while (after && items.length < this.#most)
    return { items, cut: after !== undefined }
  }

  retry = (): void => {
    this.state = 'loading'
    void this.read()
  }

  take(interaction: Interaction): void {
    const { id, version, state, queueId } = interaction
    if ((this.#known.get(id) ?? -1) >= version) return
    this.#known.set(id, version)
    const waits =
      this.#states.some((one) => one === state) && directory.scope.some((queue) => queue.id === queueId)
    if (!waits && !this.#byId.has(id)) return
    const next = new Map(this.#byId)
    if (waits) next.set(id, interaction)
    else next.delete(id)
    this.#byId = next
  }
}
