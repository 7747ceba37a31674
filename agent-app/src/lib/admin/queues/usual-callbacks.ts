import { usualCallbacks, type CallbackRules } from '@palabre/config/contract/callback'

/** What is filled in when slots are switched on. */
export const usualSlots: NonNullable<CallbackRules['slots']> = usualCallbacks.slots ?? {
  minutes: 30,
  noticeMinutes: 60,
  daysAhead: 7,
  share: 0.25,
  most: null
}

/** What is filled in when further attempts are switched on. */
export const usualRetries: NonNullable<CallbackRules['retries']> = {
  attempts: 3,
  gap: { noAnswer: 30, busy: 10, machine: 120 },
  hours: { from: 480, to: 1200 },
  dispositionId: null
}
