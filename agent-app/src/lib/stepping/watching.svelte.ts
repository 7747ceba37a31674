import type { Writing } from '@palabre/config/contract/stepping'
import { clock } from '../clock.svelte.ts'
import { live } from '../live.svelte.ts'

/** Who has not written for so long only has a draft. */
const pauseMs = 4000

/** What the agent who holds an interaction is writing, as a supervisor who looks on sees it. */
export class Watching {
  readonly interactionId: string
  #writing = $state.raw<Writing | null>(null)
  #heardAt = $state(0)
  /** The hub does not allow it (any more). */
  isRefused = $state(false)

  constructor(interactionId: string) {
    this.interactionId = interactionId
  }

  /** Null while nothing is being written. */
  get writing(): Writing | null {
    return this.#writing?.text ? this.#writing : null
  }
  /** It grows at this moment. */
  get isLive(): boolean {
    return this.writing?.keptAt === null && clock.now - this.#heardAt < pauseMs
  }

  /** Looks on until the function that it gives is called. */
  start(): () => void {
    const topic = `writing:${this.interactionId}`
    const stops = [
      live.on('writing.changed', ({ writing }) => {
        if (writing.interactionId !== this.interactionId) return
        this.#writing = writing
        this.#heardAt = clock.read()
        this.isRefused = false
      }),
      live.on('interaction.changed', ({ interaction }) => {
        // Another's hands: what the one before was writing is theirs.
        if (interaction.id === this.interactionId && interaction.agentId !== this.#writing?.agentId)
          this.#writing = null
      }),
      live.on('message.changed', ({ message }) => {
        if (message.interactionId !== this.interactionId || message.author.id !== this.#writing?.agentId)
          return
        if (message.text.startsWith(this.#writing.text.trim())) this.#writing = null
      }),
      live.onRefused((topics) => {
        if (!topics.includes(topic)) return
        this.isRefused = true
        this.#writing = null
      }),
      live.watch(topic)
    ]
    return () => stops.forEach((stop) => stop())
  }
}
