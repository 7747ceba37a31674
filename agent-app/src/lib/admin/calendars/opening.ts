import type { CalendarDate } from '@internationalized/date'
import { CalendarDateTime, fromAbsolute, toCalendarDate } from '@internationalized/date'
import type { Interval, Week } from './intervals.ts'

export interface Hours {
  timeZone: string
  week: Week
  holidays: { day: string; name: string; intervals: Interval[] }[]
}

export interface Day {
  /** YYYY-MM-DD in the calendar's zone. */
  date: string
  /** Noon of that day, for its name. */
  noon: number
  holiday: string | null
  /** With the moments at which they begin and end, ms since 1970: wall time, whatever the clocks do. */
  intervals: (Interval & { start: number; end: number })[]
}

/** A wall time as a moment; what a clock change skips moves forward. */
const momentOf = (zone: string, day: CalendarDate, minutes: number): number => {
  const at = minutes === 1440 ? day.add({ days: 1 }) : day
  const rest = minutes % 1440
  return new CalendarDateTime(at.year, at.month, at.day, Math.floor(rest / 60), rest % 60)
    .toDate(zone, 'compatible')
    .getTime()
}

function dayOf(hours: Hours, day: CalendarDate): Day {
  const date = day.toString()
  const holiday = hours.holidays.find((one) => one.day === date)
  // A weekday from the date alone: Monday is 0.
  const weekday = (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7
  const intervals = [...(holiday?.intervals ?? hours.week[weekday] ?? [])].sort((a, b) => a.from - b.from)
  return {
    date,
    noon: Date.parse(`${date}T12:00:00Z`),
    holiday: holiday?.name ?? null,
    intervals: intervals.map((one) => ({
      ...one,
      start: momentOf(hours.timeZone, day, one.from),
      end: momentOf(hours.timeZone, day, one.to)
    }))
  }
}

/** The next days in the calendar's own zone, today first. @throws RangeError on an unknown zone */
export function nextDays(hours: Hours, now: number, count: number): Day[] {
  const today = toCalendarDate(fromAbsolute(now, hours.timeZone))
  return Array.from({ length: count }, (_, n) => dayOf(hours, today.add({ days: n })))
}

const horizonDays = 367

/** Whether it is open, and when that changes: ms since 1970, null when it does not within a year. */
export function stateAt(hours: Hours, now: number): { open: boolean; until: number | null } {
  const days = nextDays(hours, now, horizonDays)
  const spans: { start: number; end: number }[] = []
  for (const { start, end } of days.flatMap(({ intervals }) => intervals)) {
    const last = spans.at(-1)
    // What meets at midnight is one.
    if (last && start <= last.end) last.end = Math.max(last.end, end)
    else spans.push({ start, end })
  }
  const next = spans.find(({ end }) => end > now)
  if (!next) return { open: false, until: null }
  if (next.start > now) return { open: false, until: next.start }
  return { open: true, until: next.end > now + (horizonDays - 2) * 86_400_000 ? null : next.end }
}

const toMinute = (at: number) => Math.floor(at / 60_000) * 60_000
const offset = (zone: string, at: number) => fromAbsolute(at, zone).offset

/** The next change of the clocks within a year, or null where they never change. */
export function nextClockChange(zone: string, now: number): { at: number; forward: boolean } | null {
  const day = 86_400_000
  for (let at = toMinute(now); at < now + 366 * day; at += day) {
    if (offset(zone, at) === offset(zone, at + day)) continue
    let [from, to] = [at, at + day]
    while (to - from > 60_000) {
      const middle = toMinute((from + to) / 2)
      if (offset(zone, middle) === offset(zone, from)) from = middle
      else to = middle
    }
    return { at: to, forward: offset(zone, to) > offset(zone, from) }
  }
  return null
}

/** "UTC+1" of a zone at a moment. */
export function offsetOf(zone: string, at: number): string {
  const minutes = offset(zone, at) / 60_000
  const size = Math.abs(minutes)
  return `UTC${minutes < 0 ? '−' : '+'}${Math.floor(size / 60)}${size % 60 ? `:${String(size % 60).padStart(2, '0')}` : ''}`
}
