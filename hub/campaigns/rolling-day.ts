const dayMs = 24 * 3_600_000
/** What leaves now is counted by the platform a moment later. */
const marginMs = 60_000
export const windowMs = dayMs + marginMs
/** Entries that fell out are let go together. */
const forgotten = 10_000

/** Different people who were written to in the last 24 hours, at any moment. No clock of its own: moments are given. */
export class RollingDay {
  readonly #times = new Map<string, number[]>()
  /** In order of time. */
  #entries: { address: string; at: number }[] = []
  #from = 0

  enter(address: string, at: number) {
    this.#times.set(address, [...(this.#times.get(address) ?? []), at])
    this.#entries.push({ address, at })
  }

  /** Takes back an entry: it did not leave after all. */
  remove(address: string, at: number) {
    const times = this.#times.get(address) ?? []
    const place = times.lastIndexOf(at)
    if (place >= 0) times.splice(place, 1)
    if (times.length === 0) this.#times.delete(address)
  }

  count(now: number): number {
    for (; this.#from < this.#entries.length; this.#from++) {
      const { address, at } = this.#entries[this.#from]!
      if (at > now - windowMs) break
      this.remove(address, at)
    }
    if (this.#from > forgotten) {
      this.#entries = this.#entries.slice(this.#from)
      this.#from = 0
    }
    return this.#times.size
  }

  /** When there is one fewer; null: nobody is in it. */
  next(now: number): number | null {
    this.count(now)
    for (let i = this.#from; i < this.#entries.length; i++) {
      const { address, at } = this.#entries[i]!
      if (this.#times.get(address)?.at(-1) === at) return at + windowMs
    }
    return null
  }
}
