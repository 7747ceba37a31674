import type { BulkFailure } from '../bulk.ts'

/** Nothing of ours leaves before somebody sees to the account: token, permission, payment, a lock, the registration. */
const account = [0, 3, 10, 102, 190, 368, 131005, 131031, 131042, 131045, 133010]
/** The template is gone, paused, disabled, or has other blanks than it was launched with. */
const template = [132000, 132001, 132007, 132015, 132016]
/** More than the app, the business account or the number may in a moment. */
const pace = [4, 17, 32, 613, 80007, 130429, 131048]
/** Meta has a fault of its own, and says that it has not taken the message. */
const fault = [1, 2, 131000, 131016, 133004]

const table: Partial<Record<number, BulkFailure>> = Object.fromEntries([
  ...account.map((code) => [code, 'unauthorized']),
  ...template.map((code) => [code, 'withdrawn']),
  ...pace.map((code) => [code, 'slow']),
  ...fault.map((code) => [code, 'busy']),
  // One message in six seconds to one customer.
  [131056, 'busy'],
  // They tapped "stop" on messages of this kind.
  [131050, 'unwanted']
]) as Partial<Record<number, BulkFailure>>

/** How long Meta wants to be left alone where it does not say so (milliseconds). */
const pauses: Partial<Record<number, number>> = {
  4: 60_000,
  17: 60_000,
  32: 60_000,
  613: 60_000,
  80007: 60_000,
  130429: 2000,
  // Customers have blocked or reported the number.
  131048: 3_600_000,
  131056: 6000
}

/** What follows for a campaign from an error of Meta's; what is not known concerns the one recipient. */
export const followsFrom = (code: number): BulkFailure =>
  table[code] ?? (code >= 200 && code < 300 ? 'unauthorized' : 'refused')

export const pauseAfter = (code: number): number => pauses[code] ?? 0
