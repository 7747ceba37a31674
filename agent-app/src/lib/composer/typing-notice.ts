import { live } from '../live.svelte.ts'

const sayAgainMs = 3000
const silenceMs = 4000

/** Tells the customer's side that somebody writes: at most every three seconds, taken back after four of silence. */
export class TypingNotice {
  #interactionId: string
  #saidAt = 0
  #silence: ReturnType<typeof setTimeout> | undefined

  constructor(interactionId: string) {
    this.#interactionId = interactionId
  }

  wrote(): void {
    if (Date.now() - this.#saidAt > sayAgainMs) {
      this.#saidAt = Date.now()
      live.typing(this.#interactionId, true)
    }
    clearTimeout(this.#silence)
    this.#silence = setTimeout(() => this.stop(), silenceMs)
  }

  stop(): void {
    clearTimeout(this.#silence)
    if (!this.#saidAt) return
    this.#saidAt = 0
    live.typing(this.#interactionId, false)
  }
}
