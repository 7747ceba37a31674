import { refuse } from '../refuse.ts'

const minuteMs = 60_000
/** Tokens that nobody holds, from one address in a minute: more than any browser brings along. */
const mostUnknown = 120

let minute = 0
const unknown = new Map<string, number>()

/** Refuses `too-many-requests` to an address that has shown too many unknown tokens in this minute. */
export function checkStranger(address: string, now = Date.now()): void {
  const current = Math.floor(now / minuteMs)
  if (current !== minute) {
    minute = current
    unknown.clear()
  }
  if ((unknown.get(address) ?? 0) >= mostUnknown) refuse('too-many-requests')
}

/** Counts a token that nobody holds. Whoever is signed in is counted by session, so these are counted by address. */
export function noteStranger(address: string): void {
  unknown.set(address, (unknown.get(address) ?? 0) + 1)
}
