import { frameMs, slotNow } from './pcm.ts'

/** One timer for all that listens to audio in real time. It only runs while something does. */
export class Ticker {
  readonly #sinks = new Set<(slot: number) => void>()
  #timer?: NodeJS.Timeout
  #last = 0

  add(sink: (slot: number) => void): () => void {
    if (this.#sinks.size === 0) this.#start()
    this.#sinks.add(sink)
    return () => {
      this.#sinks.delete(sink)
      if (this.#sinks.size === 0) this.stop()
    }
  }

  stop() {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #start() {
    this.#last = slotNow()
    this.#timer = setInterval(() => this.#catchUp(), frameMs)
  }

  /** A late timer delivers what it missed, so the average is real time. */
  #catchUp() {
    const now = slotNow()
    for (let slot = this.#last + 1; slot <= now; slot++) for (const sink of [...this.#sinks]) sink(slot)
    this.#last = now
  }
}
