/** How fast mail may leave, in all and to one receiving domain, a second. */
export interface Limits {
  perSecond: number
  perDomain: number
}

interface Lane {
  rate: number
  /** When the next mail may leave (ms). */
  nextAt: number
  /** Refusals for now, one after the other. */
  slowed: number
}

/** Slower than one a minute nobody asks for. */
const slowest = 1 / 60
/** A domain that says "later" is left alone for so long, doubled with each time in a row. */
const firstPauseMs = 2000
const longestPauseMs = 600_000
/** Part of the ceiling that each mail taken gives back. */
const regained = 0.02
const lanesKept = 20_000
/** What was missed of the pace in all is made good so far back: timers are late by a moment. */
const creditMs = 50

/**
 * A lane for each receiving domain, so that a slow one delays nobody else. Additive increase, multiplicative decrease:
 * a domain that answers 421 or 4.7.x gets half as much from the next mail on, after a pause, and wins it back mail by
 * mail. No clock of its own: moments are given.
 */
export class Lanes {
  #limits: Limits
  #nextAt = 0
  readonly #lanes = new Map<string, Lane>()

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** New limits hold from the next mail on. */
  limit(limits: Limits) {
    this.#limits = limits
    for (const lane of this.#lanes.values()) lane.rate = Math.min(lane.rate, this.#ceiling())
  }

  #ceiling(): number {
    return Math.max(slowest, Math.min(this.#limits.perSecond, this.#limits.perDomain))
  }

  #lane(domain: string): Lane {
    let lane = this.#lanes.get(domain)
    if (!lane) {
      lane = { rate: this.#ceiling(), nextAt: 0, slowed: 0 }
      this.#lanes.set(domain, lane)
    }
    return lane
  }

  /** When a mail to the domain may leave. */
  opensAt(domain: string): number {
    return Math.max(this.#nextAt, this.#lanes.get(domain)?.nextAt ?? 0)
  }

  /** When any mail at all may leave. */
  get nextAt(): number {
    return this.#nextAt
  }

  /** Domains whose lane stays shut until after `until`. */
  shutUntil(until: number): string[] {
    return [...this.#lanes].filter(([, { nextAt }]) => nextAt > until).map(([domain]) => domain)
  }

  /** Mails a second that the domain may get now. */
  rate(domain: string): number {
    return this.#lanes.get(domain)?.rate ?? this.#ceiling()
  }

  /** A mail to the domain leaves now. */
  leave(domain: string, now: number) {
    const lane = this.#lane(domain)
    lane.nextAt = Math.max(now, lane.nextAt) + 1000 / lane.rate
    this.#nextAt = Math.max(now - creditMs, this.#nextAt) + 1000 / this.#limits.perSecond
    this.#forget(now)
  }

  /** The domain took one. */
  taken(domain: string) {
    const lane = this.#lane(domain)
    lane.slowed = 0
    lane.rate = Math.min(this.#ceiling(), lane.rate + this.#ceiling() * regained)
  }

  /** The domain asks for patience, for so long at least; answers until when it is left alone. */
  slow(domain: string, now: number, atLeastMs = 0): number {
    const lane = this.#lane(domain)
    const pause = Math.max(atLeastMs, Math.min(longestPauseMs, firstPauseMs * 2 ** lane.slowed))
    lane.slowed++
    lane.rate = Math.max(slowest, lane.rate / 2)
    lane.nextAt = Math.max(lane.nextAt, now + pause)
    return lane.nextAt
  }

  /** Lanes that are as new need not be remembered. */
  #forget(now: number) {
    if (this.#lanes.size <= lanesKept) return
    for (const [domain, lane] of this.#lanes)
      if (lane.nextAt < now && lane.rate >= this.#ceiling()) this.#lanes.delete(domain)
  }
}
