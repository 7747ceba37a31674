import type { Callback } from '@palabre/config/contract/callback'

type Hearer = (callback: Callback) => void

/** Who hears of states that answers brought: the event may come later, or to others only. */
class Hearers {
  #all = new Set<Hearer>()

  /** Gives the function that stops it. */
  hear(hearer: Hearer): () => void {
    this.#all.add(hearer)
    return () => void this.#all.delete(hearer)
  }

  tell(callback: Callback): void {
    for (const hearer of [...this.#all]) hearer(callback)
  }
}

export const hearers = new Hearers()
