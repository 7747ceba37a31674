interface Answer<T> {
  items: T[]
  next?: string
}

/** A long list that is read by pages as it is scrolled; a later question makes an earlier answer void. */
export class Paged<T> {
  #items = $state.raw<T[] | null>(null)
  #failure = $state.raw<unknown>()
  #loading = $state(false)
  #next: string | undefined
  #reading = 0
  readonly #read: (after: string | undefined) => Promise<Answer<T>>

  constructor(read: (after: string | undefined) => Promise<Answer<T>>) {
    this.#read = read
  }

  /** null until the first answer. */
  get items(): readonly T[] | null {
    return this.#items
  }
  get failure(): unknown {
    return this.#failure
  }
  get loading(): boolean {
    return this.#loading
  }

  /** Reads from the start; what is shown stays until the answer is there. */
  again = (): Promise<void> => this.#load(undefined)

  /** Reads what follows, if there is anything and nothing is under way. */
  more = async (): Promise<void> => {
    if (!this.#loading && this.#next !== undefined && !this.#failure) await this.#load(this.#next)
  }

  /** Reads on after a failure. */
  retry = (): Promise<void> => this.#load(this.#items ? this.#next : undefined)

  async #load(after: string | undefined): Promise<void> {
    const mine = ++this.#reading
    this.#loading = true
    try {
      const { items, next } = await this.#read(after)
      if (mine !== this.#reading) return
      this.#items = after === undefined ? items : [...(this.#items ?? []), ...items]
      this.#next = next
      this.#failure = undefined
    } catch (error) {
      if (mine === this.#reading) this.#failure = error
    } finally {
      if (mine === this.#reading) this.#loading = false
    }
  }

  /** Puts one item in the place of the one that it is, or before all others. */
  put(item: T, isSame: (one: T) => boolean): void {
    if (!this.#items) return
    this.#items = this.#items.some(isSame)
      ? this.#items.map((one) => (isSame(one) ? item : one))
      : [item, ...this.#items]
  }
}
