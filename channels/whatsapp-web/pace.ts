import { setTimeout as sleep } from 'node:timers/promises'

/** Messages leave one after the other, unevenly: a steady stream is what WhatsApp takes for a machine. */
export class Pace {
  readonly #meanMs: number
  #nextAt = 0
  #last: Promise<void> = Promise.resolve()

  constructor(perMinute: number) {
    this.#meanMs = 60_000 / perMinute
  }

  /** Resolves when it is this one's turn. */
  turn(): Promise<void> {
    const turn = this.#last.then(async () => {
      const now = performance.now()
      if (this.#nextAt > now) await sleep(this.#nextAt - now)
      this.#nextAt = performance.now() + this.#meanMs * (0.75 + Math.random() / 2)
    })
    this.#last = turn
    return turn
  }
}
