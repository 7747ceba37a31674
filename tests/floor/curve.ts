import type { Chance } from './random.ts'

const bursts = 5
/** A burst brings so many times as many, for this part of the day. */
const burstTimes = 3
const burstPart = 0.02

/**
 * How many come at each moment of a day, as a share of the average: a peak in the morning and a lower one in the
 * afternoon, few at noon, and bursts at moments that chance has chosen. The argument goes from 0 (morning) to 1.
 */
export function dayOf(chance: Chance): (part: number) => number {
  const begins = Array.from({ length: bursts }, () => chance.between(0.05, 0.95))
  const hill = (part: number, at: number, width: number) => Math.exp(-(((part - at) / width) ** 2))
  return (part) => {
    const usual = 0.35 + 1.25 * hill(part, 0.3, 0.16) + hill(part, 0.72, 0.18)
    return usual * (begins.some((at) => part >= at && part < at + burstPart) ? burstTimes : 1)
  }
}

/** Milliseconds until the next one, where on average so many come a minute. */
export const nextIn = (chance: Chance, perMinute: number) =>
  (-Math.log(1 - chance.between(0, 0.999_999)) * 60_000) / perMinute
