import type { Ticker } from './audio/ticker.ts'
import type { FarSide } from './directory.ts'
import type { Leg } from './leg.ts'
import { Party } from './party.ts'

export interface Behaviour {
  /** Milliseconds of ringing before an answer, or before `refuses`. */
  after?: number
  /** A final SIP status and reason instead of an answer, for example 486 and `Busy Here`. */
  refuses?: [status: number, reason: string]
  /** Rings for ever. */
  ignores?: boolean
  machine?: boolean
  /** Hums this tone once it answered. */
  hums?: number
  /** Presses these keys a moment after it answered. */
  presses?: string
  /** What it answers to a REFER to it. */
  refer?: number
}

/** Whoever is outside: a number or SIP URI that behaves as a test says. */
export class OutsideNumber implements FarSide {
  behaviour: Behaviour
  readonly calls: Party[] = []
  readonly #ticker: Ticker

  constructor(behaviour: Behaviour, ticker: Ticker) {
    this.behaviour = behaviour
    this.#ticker = ticker
  }

  get machine() {
    return this.behaviour.machine === true
  }

  get refer() {
    return this.behaviour.refer ?? 202
  }

  invite(leg: Leg) {
    const { after = 200, refuses, ignores, hums, presses } = this.behaviour
    const party = new Party(leg, this.#ticker)
    this.calls.push(party)
    leg.ring()
    if (ignores) return
    setTimeout(() => {
      if (refuses) return leg.reject(...refuses)
      leg.accept()
      if (hums !== undefined) party.hum(hums)
      if (presses !== undefined) setTimeout(() => party.press(presses), 400)
    }, after)
  }
}
