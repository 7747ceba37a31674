import { listCallbacks, type Callback } from '@palabre/config/contract/callback'
import { call } from '../call.ts'
import { inbox } from '../inbox/inbox.svelte.ts'
import { live } from '../live.svelte.ts'
import { hearers } from './hearers.ts'

const pageSize = 100
/** Beyond this many nobody reads a list; it says so. */
export const most = 1000

const isOpen = ({ state }: Callback): boolean => state === 'scheduled' || state === 'queued'

/** The callbacks of one's scope while they are on screen: those that are open, and as much of the past as was asked for. */
export class CallbackList {
  #byId = $state.raw<ReadonlyMap<string, Callback>>(new Map())
  state = $state<'loading' | 'ready' | 'failed'>('loading')
  error = $state.raw<unknown>()
  /** There are more open ones than it holds. */
  cut = $state(false)
  /** What is over is read when somebody looks for it. */
  past = $state<'unread' | 'loading' | 'ready' | 'failed'>('unread')
  #olderMark = $state<string | undefined>()
  #queueIds: ReadonlySet<string> = new Set()
  /** For each read under way, what events brought meanwhile. */
  #touched = new Set<Set<string>>()
  #reads = 0

  readonly items: Callback[] = $derived([...this.#byId.values()])

  get hasOlder(): boolean {
    return this.#olderMark !== undefined
  }

  get = (id: string): Callback | undefined => this.#byId.get(id)

  /** Follows these queues, and what is kept for oneself, until the function that it gives is called. */
  start(queueIds: readonly string[]): () => void {
    this.#queueIds = new Set(queueIds)
    const stops = [
      live.on('callback.changed', ({ callback }) => this.take(callback)),
      hearers.hear((callback) => this.take(callback)),
      ...queueIds.map((id) => live.watch(`queue:${id}`)),
      live.keep(() => void this.read())
    ]
    return () => stops.forEach((stop) => stop())
  }

  read = async (): Promise<void> => {
    const turn = ++this.#reads
    try {
      const open = await this.#reading(async () => {
        const items: Callback[] = []
        let after: string | undefined
        do {
          const page = await call(listCallbacks, { query: { open: true, limit: pageSize, after } })
          items.push(...page.items)
          after = page.next
        } while (after && items.length < most)
        this.cut = after !== undefined
        return items
      })
      if (turn !== this.#reads) return
      // What was open and is not in the answer is over: its last state is read with the past.
      const kept = [...this.#byId.values()].filter((one) => !isOpen(one) || open.touched.has(one.id))
      this.#byId = new Map([...kept, ...open.fresh].map((one) => [one.id, one]))
      this.state = 'ready'
      if (this.past === 'ready') await this.readPast()
    } catch (error) {
      if (this.state === 'ready' || turn !== this.#reads) return
      this.state = 'failed'
      this.error = error
    }
  }

  retry = (): void => {
    this.state = 'loading'
    void this.read()
  }

  /** Reads what was over last. */
  readPast = async (): Promise<void> => {
    if (this.past !== 'ready') this.past = 'loading'
    await this.#readOver(undefined)
  }

  /** Reads what was over before that. */
  readOlder = (): Promise<void> => this.#readOver(this.#olderMark)

  async #readOver(after: string | undefined): Promise<void> {
    try {
      const { fresh } = await this.#reading(async () => {
        const page = await call(listCallbacks, { query: { open: false, limit: 50, after } })
        this.#olderMark = page.next
        return page.items
      })
      const next = new Map(this.#byId)
      for (const one of fresh) next.set(one.id, one)
      this.#byId = next
      this.past = 'ready'
    } catch (error) {
      if (this.past === 'ready') throw error
      this.past = 'failed'
      this.error = error
    }
  }

  /** Runs a read; gives what it found and no event made older meanwhile. */
  async #reading(read: () => Promise<Callback[]>): Promise<{ fresh: Callback[]; touched: Set<string> }> {
    const touched = new Set<string>()
    this.#touched.add(touched)
    try {
      const items = await read()
      return { fresh: items.filter(({ id }) => !touched.has(id)), touched }
    } finally {
      this.#touched.delete(touched)
    }
  }

  take(callback: Callback): void {
    const { id, version, queueId, agentId } = callback
    const held = this.#byId.get(id)
    if (held && held.version > version) return
    for (const touched of this.#touched) touched.add(id)
    const next = new Map(this.#byId)
    // What was kept for oneself and is no longer may be of a queue that one does not see.
    const isMine = agentId !== null && agentId === inbox.agentId
    if (this.#queueIds.has(queueId) || isMine) next.set(id, callback)
    else next.delete(id)
    this.#byId = next
  }
}
