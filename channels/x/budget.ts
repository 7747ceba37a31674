import type { IncomingHttpHeaders } from 'node:http'
import { ChannelError } from '../channel.ts'
import { limits } from './limits.ts'

/** How many questions are left, and when there are new ones (seconds since the epoch, by X's clock). */
const windows = ['x-rate-limit', 'x-user-limit-24hour', 'x-app-limit-24hour'] as const

/**
 * Which endpoints may not be asked for now. X says with every answer what is left of its window and when the next one
 * begins; of a window of which nothing is left, nothing is asked, so that no 429 is met that could be foreseen.
 */
export class Budget {
  private readonly shutUntil = new Map<string, number>()

  /** Throws ChannelError('rate-limited') while the endpoint may not be asked. */
  check(endpoint: string, now = Date.now()): void {
    const until = this.shutUntil.get(endpoint) ?? 0
    if (until > now) throw limited(until, now)
    this.shutUntil.delete(endpoint)
  }

  /** Takes what an answer says of the endpoint; what there is to be waited for in milliseconds, or null. */
  note(endpoint: string, status: number, headers: IncomingHttpHeaders, now = Date.now()): number | null {
    const waits = windows
      .filter((window) => number(headers[`${window}-remaining`]) === 0)
      .map((window) => waitIn(headers, `${window}-reset`, now))
    if (status === 429 && waits.length === 0)
      waits.push(waitIn(headers, 'x-rate-limit-reset', now) || waitAfter(headers))
    const wait = Math.min(Math.max(0, ...waits), limits.longestLimitMs)
    if (wait > 0) this.shutUntil.set(endpoint, now + wait)
    return wait > 0 ? wait : null
  }
}

function limited(until: number, now: number): ChannelError {
  const at = new Date(until).toISOString().slice(11, 16)
  return new ChannelError('rate-limited', `X allows the next question of this kind at ${at} UTC.`, {
    retryAfterMs: until - now
  })
}

const number = (header: string | string[] | undefined): number =>
  typeof header === 'string' && /^\d+$/.test(header) ? Number(header) : NaN

/** By X's clock, which the answer tells to the second: rather a second too long than a moment too short. */
function waitIn(headers: IncomingHttpHeaders, name: string, now: number): number {
  const reset = number(headers[name]) * 1000
  const told = Date.parse(headers.date ?? '')
  const wait = reset - (Number.isNaN(told) ? now : told)
  return wait > 0 ? wait : 0
}

const waitAfter = (headers: IncomingHttpHeaders): number =>
  (number(headers['retry-after']) || limits.usualLimitMs / 1000) * 1000
