/** Something that is heard, and can be told to be silent. */
export interface Sounding {
  stop: () => void
}

/** One recording is heard at a time: whoever begins silences the one before. */
class Turn {
  #now: Sounding | null = null

  take(next: Sounding): void {
    if (this.#now !== next) this.#now?.stop()
    this.#now = next
  }

  give(one: Sounding): void {
    if (this.#now === one) this.#now = null
  }
}

export const turn = new Turn()
