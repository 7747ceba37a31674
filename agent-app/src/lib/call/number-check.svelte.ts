import { checkNumber, type NumberCheck } from '@palabre/config/contract/call'
import { call } from '../call.ts'

const patienceMs = 250
const shortest = 3

/** The queue whose line it would be, and the work that it would belong to. */
interface Whose {
  queueId: string | undefined
  interactionId: string | undefined
}

/** What is known of a number while it is typed. */
export class NumberLook {
  found = $state.raw<NumberCheck | null>(null)
  isLooking = $state(false)
  error = $state.raw<unknown>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #under = new AbortController()

  /** Looks a little after the last change. */
  look(number: string, whose: Whose, ms = patienceMs): void {
    this.stop()
    this.error = undefined
    const wanted = number.trim()
    this.isLooking = wanted.length >= shortest
    if (!this.isLooking) return void (this.found = null)
    this.#timer = setTimeout(() => void this.#read(wanted, whose), ms)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#under.abort()
    this.isLooking = false
  }

  async #read(number: string, { queueId, interactionId }: Whose): Promise<void> {
    const under = new AbortController()
    this.#under = under
    try {
      const query = { number, ...(queueId && { queueId }), ...(interactionId && { interactionId }) }
      this.found = await call(checkNumber, { query }, { signal: under.signal })
      this.isLooking = false
    } catch (error) {
      if (under.signal.aborted) return
      // The hub checks again when it is called.
      this.error = error
      this.isLooking = false
    }
  }
}
