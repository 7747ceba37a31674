import type { Callback } from '@palabre/config/contract/callback'
import type { Interaction } from '@palabre/config/contract/interaction'
import { directory } from '../inbox/directory.svelte.ts'
import { inbox } from '../inbox/inbox.svelte.ts'
import { live } from '../live.svelte.ts'
import { read } from './act.ts'
import { hearers } from './hearers.ts'

/** What a result on screen is of: an attempt, so that the next one shows again. */
const markOf = ({ id, attempts }: Callback): string => `${id}:${attempts.length}`

/** The callbacks that the agent has, or just had, in hand, on every screen. */
class CallbackDesk {
  #byId = $state.raw<ReadonlyMap<string, Callback>>(new Map())
  #forgotten = $state.raw<ReadonlySet<string>>(new Set())
  /** Those that are followed, and how often. */
  #wanted = new Map<string, number>()

  /** The callback that an interaction is the work of, once it was read. */
  of({ callback }: Pick<Interaction, 'callback'>): Callback | undefined {
    return callback?.id ? this.#byId.get(callback.id) : undefined
  }

  /** The queue's rules say what follows a miss, so that nobody has to. */
  triesAgain({ callback, queueId }: Pick<Interaction, 'callback' | 'queueId'>): boolean {
    return Boolean(callback?.id && directory.queue(queueId)?.callbacks.retries)
  }

  /** The newest one that the agent called and did not reach, after it has left their hands by the queue's rules. */
  readonly missed: Callback | null = $derived.by(() => {
    const found = [...this.#byId.values()].filter((callback) => {
      const last = callback.attempts.at(-1)
      const isOver = callback.state === 'scheduled' || callback.state === 'failed'
      return isOver && last?.cause && last.agentId === inbox.agentId && !this.#forgotten.has(markOf(callback))
    })
    return found.toSorted((a, b) => lastAt(b) - lastAt(a))[0] ?? null
  })

  /** The result need not be shown any more. */
  forget(callback: Callback): void {
    this.#forgotten = new Set(this.#forgotten).add(markOf(callback))
    this.#drop(callback.id)
  }

  /** Follows them until the function that it gives is called. */
  start(): () => void {
    const stops = [
      live.on('callback.changed', ({ callback }) => this.take(callback)),
      hearers.hear((callback) => this.take(callback)),
      live.onResync(() => {
        for (const id of this.#wanted.keys()) void this.#read(id)
      })
    ]
    return () => {
      stops.forEach((stop) => stop())
      this.#wanted.clear()
      this.#byId = new Map()
    }
  }

  /** Keeps one true while its work is in the agent's hands; read again when it has left them, for what became of it. */
  follow(id: string, interactionId: string): () => void {
    this.#wanted.set(id, (this.#wanted.get(id) ?? 0) + 1)
    void this.#read(id)
    const stop = live.watch(`interaction:${interactionId}`)
    return () => {
      stop()
      const count = this.#wanted.get(id)
      if (count === undefined) return
      this.#wanted.set(id, count - 1)
      void this.#read(id).then(() => this.missed?.id !== id && this.#drop(id))
    }
  }

  take(callback: Callback): void {
    if (!this.#wanted.has(callback.id)) return
    const held = this.#byId.get(callback.id)
    if (held && held.version > callback.version) return
    this.#byId = new Map(this.#byId).set(callback.id, callback)
  }

  /** What nobody looks at is kept true no longer. */
  #drop(id: string): void {
    if ((this.#wanted.get(id) ?? 0) > 0) return
    this.#wanted.delete(id)
    const next = new Map(this.#byId)
    if (next.delete(id)) this.#byId = next
  }

  async #read(id: string): Promise<void> {
    try {
      await read(id)
    } catch {
      // What the interaction says of it is shown; the next event brings the rest.
    }
  }
}

const lastAt = ({ attempts }: Callback): number => Date.parse(attempts.at(-1)?.at ?? '')

export const callbackDesk = new CallbackDesk()
