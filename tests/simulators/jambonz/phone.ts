import type { Ticker } from './audio/ticker.ts'
import type { Caller } from './caller.ts'
import type { FarSide } from './directory.ts'
import type { Leg } from './leg.ts'
import { Party } from './party.ts'
import type { Registered, Registrar } from './registrar.ts'

/** An agent's phone, soft or on the desk: registers, rings, and is answered or not by the test. */
export class Phone implements FarSide {
  readonly user: string
  password: string
  /** All calls that reached it, the newest last. */
  readonly calls: Party[] = []
  readonly #registrar: Registrar
  readonly #ticker: Ticker
  readonly #place: (call: { from: string; to: string; hook?: string }) => Caller
  readonly #awaiting: ((call: Party) => void)[] = []
  #shown = 0

  constructor(
    user: string,
    password: string,
    registrar: Registrar,
    ticker: Ticker,
    place: (call: { from: string; to: string; hook?: string }) => Caller
  ) {
    this.#place = place
    this.user = user
    this.password = password
    this.#registrar = registrar
    this.#ticker = ticker
  }

  get registered() {
    return this.#registrar.users.includes(this.user)
  }

  /** The call that rings or is answered: the newest that is not over. */
  get call(): Party | undefined {
    return this.calls.findLast(({ leg }) => !leg.ended)
  }

  register(expires = 300): Promise<Registered> {
    return this.#registrar.register(this, { user: this.user, password: this.password, expires })
  }

  unregister() {
    this.#registrar.unregister(this)
  }

  invite(leg: Leg) {
    const call = new Party(leg, this.#ticker)
    this.calls.push(call)
    leg.ring()
    const next = this.#awaiting.shift()
    if (!next) return
    this.#shown = this.calls.length
    next(call)
  }

  /** The next call that reaches it, or one that nobody asked for yet. */
  rings(): Promise<Party> {
    const waiting = this.calls[this.#shown]
    if (!waiting) return new Promise((resolve) => this.#awaiting.push(resolve))
    this.#shown++
    return Promise.resolve(waiting)
  }

  /** Calls that reached it and nobody asked for are not told of any more. */
  forget() {
    this.#shown = this.calls.length
  }

  /** Calls out: a call that comes in at jambonz, for the hook that its registration was given or the application's. */
  dial(to: string): Caller {
    if (!this.registered) throw new Error(`${this.user}'s phone is not registered`)
    const hook = this.#registrar.callHookOf(this)
    return this.#place({ from: this.user, to, ...(hook !== undefined && { hook }) })
  }

  answer(): Party {
    const call = this.#current()
    call.leg.accept()
    return call
  }

  decline(status = 603, reason = status === 486 ? 'Busy Here' : 'Decline') {
    this.#current().leg.reject(status, reason)
  }

  hangUp() {
    this.#current().hangUp()
  }

  press(digits: string) {
    this.#current().press(digits)
  }

  #current(): Party {
    if (!this.call) throw new Error(`${this.user}'s phone has no call`)
    return this.call
  }
}
