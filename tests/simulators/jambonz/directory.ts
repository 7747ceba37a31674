import type { Leg } from './leg.ts'
import { timing } from './timing.ts'

/** Whoever can be called. A phone of the simulator, a number outside, or a remote SIP client behind a server. */
export interface FarSide {
  /** An INVITE reached it: it rings, accepts or rejects the leg, and watches it end. */
  invite: (leg: Leg) => void
  machine?: boolean
  /** What it answers to a REFER to it. */
  refer?: number
}

/** Who can be reached under which address: `user@realm` while registered, numbers and SIP URIs always. */
export class Directory {
  readonly #all = new Map<string, FarSide>()
  /** Who is reached under numbers that nobody has; null: nobody. */
  otherwise: FarSide | null = null

  /** The last one to come wins: one contact for an address, no forking. */
  put(address: string, farSide: FarSide) {
    this.#all.set(address, farSide)
  }

  remove(address: string, farSide: FarSide) {
    if (this.#all.get(address) === farSide) this.#all.delete(address)
  }

  usersOf(realm: string): string[] {
    return [...this.#all.keys()]
      .filter((address) => address.endsWith(`@${realm}`) && !address.startsWith('sip:'))
      .map((address) => address.slice(0, -realm.length - 1))
  }

  invite(leg: Leg) {
    setTimeout(() => {
      if (leg.ended) return
      const farSide = this.#all.get(leg.info.to) ?? (leg.routing === 'phone' ? this.otherwise : null)
      if (farSide) farSide.invite(leg)
      else if (leg.routing === 'user') leg.reject(480, 'Temporarily Unavailable')
      else leg.reject(404, 'Not Found')
    }, timing.invite)
  }

  isMachine(leg: Leg): boolean {
    return this.#all.get(leg.info.to)?.machine === true
  }

  refer(to: string): number {
    return this.#all.get(to)?.refer ?? 202
  }
}
