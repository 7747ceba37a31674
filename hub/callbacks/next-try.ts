import type { AttemptCause } from '@palabre/config/contract/call-end'
import type { CallbackRules } from '@palabre/config/contract/callback'

type Retries = NonNullable<CallbackRules['retries']>

const minuteMs = 60_000
const stepMs = 5 * minuteMs
/** Who cannot be called within this time is not tried again. */
const longestMs = 14 * 86_400_000

/** Which of the queue's gaps follows a cause: whoever declined or hung up is as busy; what is not reached, as absent. */
function gapAfter({ gap }: Retries, cause: AttemptCause): number {
  switch (cause) {
    case 'busy':
    case 'declined':
    case 'hungUp':
      return gap.busy
    case 'machine':
      return gap.machine
    case 'noAnswer':
    case 'unreachable':
    case 'failed':
      return gap.noAnswer
  }
}

/**
 * When somebody is tried again: the first moment after the gap at which they may be called (`minutesAt`: what clocks
 * show where they are, one for each time that their country has) and the queue works (`opensAt`: from a moment on).
 * Null when that does not come.
 */
export function nextTry(
  retries: Retries,
  cause: AttemptCause,
  now: Date,
  { minutesAt, opensAt }: { minutesAt: (moment: Date) => number[]; opensAt: (moment: Date) => Date | null }
): Date | null {
  const { from, to } = retries.hours
  const earliest = now.getTime() + gapAfter(retries, cause) * minuteMs
  for (let at = earliest; at < earliest + longestMs; at += stepMs) {
    const moment = opensAt(new Date(at))
    if (!moment) return null
    at = moment.getTime()
    if (minutesAt(moment).every((minutes) => minutes >= from && minutes < to)) return moment
  }
  return null
}
