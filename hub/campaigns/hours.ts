import { Temporal } from 'temporal-polyfill'

/** Hours of the day in which mail may leave: minutes after midnight, days from Monday (1) to Sunday (7). */
export interface Hours {
  from: number
  to: number
  days: number[]
}

const daysAhead = 14

/** Wall time of a day in a zone; times that a clock change skips move forward ("compatible"). */
const momentOf = (day: Temporal.PlainDate, minute: number, timeZone: string): number =>
  day.toPlainDateTime({ hour: 0 }).add({ minutes: minute }).toZonedDateTime(timeZone, {
    disambiguation: 'compatible'
  }).epochMilliseconds

/**
 * When mail to somebody in this zone may leave: now, or at the start of the next hours. An interval holds its start, not
 * its end. Without hours it is always now.
 */
export function nextWithin(hours: Hours | null, timeZone: string, now: number): number {
  if (!hours || hours.days.length === 0) return now
  let day = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone).toPlainDate()
  for (let i = 0; i < daysAhead; i++) {
    if (hours.days.includes(day.dayOfWeek)) {
      const [from, to] = [momentOf(day, hours.from, timeZone), momentOf(day, hours.to, timeZone)]
      if (now < to) return Math.max(now, from)
    }
    day = day.add({ days: 1 })
  }
  return now
}

/**
 * The same for many: a zone is worked out once for as long as its answer holds.
 */
export function hoursReader(hours: Hours | null, now: number): (timeZone: string) => number {
  const known = new Map<string, number>()
  return (timeZone) => {
    let at = known.get(timeZone)
    if (at === undefined) {
      at = nextWithin(hours, timeZone, now)
      known.set(timeZone, at)
    }
    return at
  }
}

/** The moment that clocks of a zone show (`2026-03-29T02:30`): one that is skipped moves forward, of two the first. */
export const momentAt = (local: string, timeZone: string): Date =>
  new Date(
    Temporal.PlainDateTime.from(local).toZonedDateTime(timeZone, { disambiguation: 'compatible' })
      .epochMilliseconds
  )

/** The day that clocks of a zone show. */
export const dayIn = (timeZone: string, now: number): string =>
  Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone).toPlainDate().toString()

/** Is it the name of a time zone here? */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
