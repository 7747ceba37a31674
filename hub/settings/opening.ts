import { Temporal } from 'temporal-polyfill'
import type { Calendar } from '@palabre/config/contract/setting'

/** Intervals of one local day: the holiday's when it is one, else the weekday's. Minutes after midnight. */
function intervalsOf(calendar: Calendar, day: Temporal.PlainDate) {
  const text = day.toString()
  const holiday = calendar.holidays.find((one) => one.day === text)
  return [...(holiday?.intervals ?? calendar.week[day.dayOfWeek - 1] ?? [])].sort((a, b) => a.from - b.from)
}

/** Local wall time of a day, by the calendar's zone; times that a clock change skips move forward ("compatible"). */
const momentOf = (calendar: Calendar, day: Temporal.PlainDate, minute: number): number =>
  day
    .toPlainDateTime({ hour: 0 })
    .add({ minutes: minute })
    .toZonedDateTime(calendar.timeZone, { disambiguation: 'compatible' }).epochMilliseconds

/** Is the calendar open at this moment? Without a calendar it always is. An interval holds its start, not its end. */
export function isOpen(calendar: Calendar | undefined, now: Date): boolean {
  if (!calendar) return true
  const local = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(calendar.timeZone)
  const day = local.toPlainDate()
  return intervalsOf(calendar, day).some(
    ({ from, to }) =>
      momentOf(calendar, day, from) <= now.getTime() && now.getTime() < momentOf(calendar, day, to)
  )
}

/** When it opens next (now, when it is open), or null when it does not within 366 days. */
export function opensAt(calendar: Calendar | undefined, now: Date): Date | null {
  if (!calendar || isOpen(calendar, now)) return now
  let day = Temporal.Instant.fromEpochMilliseconds(now.getTime())
    .toZonedDateTimeISO(calendar.timeZone)
    .toPlainDate()
  for (let i = 0; i < 367; i++) {
    for (const { from } of intervalsOf(calendar, day)) {
      const moment = momentOf(calendar, day, from)
      if (moment > now.getTime()) return new Date(moment)
    }
    day = day.add({ days: 1 })
  }
  return null
}

/** When it is open between two moments, in order; pieces that touch stay apart. Without a calendar it always is. */
export function openTimes(calendar: Calendar | undefined, from: Date, to: Date): { from: Date; to: Date }[] {
  if (!calendar) return [{ from, to }]
  const times = []
  const dayOf = (moment: Date) =>
    Temporal.Instant.fromEpochMilliseconds(moment.getTime())
      .toZonedDateTimeISO(calendar.timeZone)
      .toPlainDate()
  const last = dayOf(to)
  for (let day = dayOf(from); Temporal.PlainDate.compare(day, last) <= 0; day = day.add({ days: 1 }))
    for (const interval of intervalsOf(calendar, day)) {
      const [begin, end] = [momentOf(calendar, day, interval.from), momentOf(calendar, day, interval.to)]
      if (end > from.getTime() && begin < to.getTime() && end > begin)
        times.push({ from: new Date(begin), to: new Date(end) })
    }
  return times
}
