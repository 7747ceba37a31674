import { live } from '../../live.svelte.ts'

export interface Kept {
  id: string
  archived: boolean
}

interface Source<R> {
  /** Reads every record, archived ones too. */
  read: () => Promise<R[]>
  /** Starts listening; `again` asks for a new reading, `put` brings one record. Gives the function that stops. */
  listen: (again: () => void, put: (id: string, change: (record: R) => R) => void) => () => void
}

/** Events come in bursts; one reading a burst is enough, in ms. */
const burstMs = 80

/**
 * One kind of record as the hub has it, kept true by its events while a component uses it. The list is replaced as a
 * whole, so what somebody is typing, which lives elsewhere, is not touched.
 */
export class KeptRecords<R extends Kept> {
  #items = $state.raw<R[] | null>(null)
  #failure = $state.raw<unknown>()
  #byId = $derived(new Map(this.#items?.map((record) => [record.id, record])))
  #users = 0
  #reading = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #stop = () => {}
  readonly #source: Source<R>

  constructor(source: Source<R>) {
    this.#source = source
  }

  /** null until the first reading. */
  get items(): readonly R[] | null {
    return this.#items
  }

  /** Those in use. */
  get active(): readonly R[] {
    return this.#items?.filter(({ archived }) => !archived) ?? []
  }

  /** Why the last reading failed; what was read before stays. */
  get failure(): unknown {
    return this.#failure
  }

  byId = (id: string | null | undefined): R | undefined => (id ? this.#byId.get(id) : undefined)

  /** Keeps it true as long as the component that calls this while it starts. */
  use(): this {
    $effect(() => {
      if (this.#users++ === 0) this.#open()
      return () => {
        if (--this.#users === 0) this.#stop()
      }
    })
    return this
  }

  /** Reads now. */
  read = async (): Promise<void> => {
    const mine = ++this.#reading
    try {
      const items = await this.#source.read()
      if (mine !== this.#reading) return
      this.#items = items
      this.#failure = undefined
    } catch (error) {
      if (mine === this.#reading) this.#failure = error
    }
  }

  /** A record as an answer brought it. */
  put(record: R): void {
    // A reading under way may be older than this answer.
    if (this.#users) this.#again()
    const others = this.#items ?? []
    this.#items = others.some(({ id }) => id === record.id)
      ? others.map((one) => (one.id === record.id ? record : one))
      : [...others, record]
  }

  #open(): void {
    const stopListening = this.#source.listen(this.#again, (id, change) => {
      this.#items = this.#items?.map((one) => (one.id === id ? change(one) : one)) ?? null
    })
    const stopKeeping = live.keep(() => void this.read())
    this.#stop = () => {
      stopListening()
      stopKeeping()
      clearTimeout(this.#timer)
    }
  }

  #again = (): void => {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.read(), burstMs)
  }
}
