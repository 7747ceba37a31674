import { steadyClock } from './steady-clock.ts'

/** The time of day that campaigns go by in this process. */
export const campaignNow: () => number = steadyClock()
