import type { Fields } from '../frame.ts'
import type { Leg } from '../leg.ts'

export interface Waiter {
  leg: Leg
  priority: number
  since: number
  /** Somebody took it: the bridge is theirs to end. Resolves when the bridge is over. */
  take: (by: Leg) => { parted: Promise<void> }
}

type Told = (event: Fields, leg: Leg) => void

/** One queue of an account: low priority numbers first, then by arrival. */
export class Queue {
  readonly name: string
  readonly sid: string
  readonly waiting: Waiter[] = []
  readonly #tell: Told

  constructor(name: string, accountSid: string, tell: Told) {
    this.name = name
    this.sid = `queue:${accountSid}:${name}`
    this.#tell = tell
  }

  join(waiter: Waiter) {
    const after = this.waiting.findIndex(({ priority }) => priority > waiter.priority)
    this.waiting.splice(after === -1 ? this.waiting.length : after, 0, waiter)
    this.#tell(
      { event: 'join', queue: this.name, length: this.waiting.length, join_time: waiter.since },
      waiter.leg
    )
  }

  /** Takes somebody out, as abandoned or for a dequeuer. */
  leave(waiter: Waiter, reason: 'abandoned' | 'dequeued', dequeuer?: Leg) {
    const nth = this.waiting.indexOf(waiter)
    if (nth === -1) return
    this.waiting.splice(nth, 1)
    const about = {
      event: 'leave',
      queue: this.name,
      length: this.waiting.length,
      leave_reason: reason,
      leave_time: Date.now(),
      ...(dequeuer && { dequeuer: dequeuer.info.callSid })
    }
    this.#tell(about, waiter.leg)
  }

  next(callSid?: string): Waiter | undefined {
    return callSid === undefined
      ? this.waiting[0]
      : this.waiting.find(({ leg }) => leg.info.callSid === callSid)
  }
}

export class Queues {
  readonly #all = new Map<string, Queue>()
  readonly #accountSid: string
  readonly #tell: Told

  constructor(accountSid: string, tell: Told) {
    this.#accountSid = accountSid
    this.#tell = tell
  }

  get(name: string): Queue {
    const known = this.#all.get(name)
    if (known) return known
    const made = new Queue(name, this.#accountSid, this.#tell)
    this.#all.set(name, made)
    return made
  }

  lengths(): { name: string; length: number }[] {
    return [...this.#all.values()]
      .filter(({ waiting }) => waiting.length > 0)
      .map(({ name, waiting }) => ({ name, length: waiting.length }))
  }
}
