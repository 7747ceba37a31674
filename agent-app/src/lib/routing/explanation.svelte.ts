import { explainRouting, type Explanation } from '@palabre/config/contract/routing'
import { call } from '../call.ts'
import { clock } from '../clock.svelte.ts'
import { live } from '../live.svelte.ts'

/** A busy floor changes many times a second; nobody reads faster than this. */
const atMostEveryMs = 1000

/**
 * Why one interaction waits, kept true while it is on screen: read again when it, its queue or an agent changes, and at
 * the moments at which something was said to happen.
 */
export class WaitExplanation {
  readonly interactionId: string
  now = $state.raw<Explanation | null>(null)
  state = $state<'loading' | 'ready' | 'failed'>('loading')
  error = $state.raw<unknown>()
  #readAt = 0
  #soon: ReturnType<typeof setTimeout> | undefined
  #due: ReturnType<typeof setTimeout> | undefined
  #asked = 0

  constructor(interactionId: string) {
    this.interactionId = interactionId
  }

  /** Follows it in its queue until the function that it gives is called. */
  start(queueId: string): () => void {
    const stops = [
      live.on('interaction.changed', ({ interaction }) => {
        if (interaction.id === this.interactionId) this.#refresh()
      }),
      live.on('queue.changed', ({ queue }) => queue.queueId === queueId && this.#refresh()),
      live.on('agent.changed', () => this.#refresh()),
      live.watch(`queue:${queueId}`),
      live.watch('floor'),
      live.keep(() => void this.read())
    ]
    return () => {
      clearTimeout(this.#soon)
      clearTimeout(this.#due)
      this.#soon = undefined
      for (const stop of stops) stop()
    }
  }

  read = async (): Promise<void> => {
    const asked = ++this.#asked
    this.#readAt = Date.now()
    try {
      const explanation = await call(explainRouting, { params: { id: this.interactionId } })
      if (asked !== this.#asked) return
      this.now = explanation
      this.state = 'ready'
      this.error = undefined
      this.#readWhenDue(explanation)
    } catch (error) {
      if (asked !== this.#asked) return
      this.error = error
      this.state = 'failed'
    }
  }

  retry = (): void => {
    this.state = 'loading'
    void this.read()
  }

  #refresh(): void {
    this.#soon ??= setTimeout(
      () => {
        this.#soon = undefined
        void this.read()
      },
      Math.max(50, this.#readAt + atMostEveryMs - Date.now())
    )
  }

  /** What was announced has happened by then; nothing else may tell of it. */
  #readWhenDue({ next }: Explanation): void {
    clearTimeout(this.#due)
    const moments = next.flatMap(({ at }) => (at === null ? [] : [Date.parse(at) - clock.read()]))
    const first = Math.min(...moments.filter((ms) => ms > 0))
    // Longer ones than a timer can hold are read again long before.
    if (first < 2 ** 31) this.#due = setTimeout(() => void this.read(), first + 500)
  }
}
