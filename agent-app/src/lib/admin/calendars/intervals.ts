/** Minutes after midnight; `to` up to 1440. */
export interface Interval {
  from: number
  to: number
}
export type Week = Interval[][]

export const dayMinutes = 1440

/** Sorted, without empty ones; those that touch or overlap become one. */
export function tidy(intervals: readonly Interval[]): Interval[] {
  const result: Interval[] = []
  for (const { from, to } of [...intervals]
    .filter((one) => one.to > one.from)
    .sort((a, b) => a.from - b.from)) {
    const last = result.at(-1)
    if (last && from <= last.to) last.to = Math.max(last.to, to)
    else result.push({ from, to })
  }
  return result
}

/** Opens the time between two minutes. */
export const opened = (intervals: readonly Interval[], from: number, to: number): Interval[] =>
  tidy([...intervals, { from, to }])

/** Closes the time between two minutes; an interval around it becomes two. */
export const closed = (intervals: readonly Interval[], from: number, to: number): Interval[] =>
  tidy(
    intervals.flatMap((one) => [
      { from: one.from, to: Math.min(one.to, from) },
      { from: Math.max(one.from, to), to: one.to }
    ])
  )

/** True when the whole time between two minutes is open. */
export const isOpenIn = (intervals: readonly Interval[], from: number, to: number): boolean =>
  intervals.some((one) => one.from <= from && one.to >= to)

/** True when intervals are in order and none touches what another holds. */
export const inOrder = (intervals: readonly Interval[]): boolean =>
  intervals.every(({ from, to }, n) => from < to && from >= (intervals[n - 1]?.to ?? 0))

/** The week with one day's hours on others too. */
export const copied = (week: Week, day: number, to: readonly number[]): Week =>
  week.map((intervals, n) => (to.includes(n) ? (week[day] ?? []).map((one) => ({ ...one })) : intervals))

/** A next interval that fits after the others: an hour later, as long as the day lasts. */
export function following(intervals: readonly Interval[]): Interval | null {
  const last = tidy(intervals).at(-1)
  if (!last) return { from: 480, to: 1080 }
  const from = Math.min(last.to + 60, dayMinutes - 60)
  return from < last.to ? null : { from, to: Math.min(from + 240, dayMinutes) }
}

/** 510 → 08:30; the end of the day is 24:00. */
export const writeTime = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

/** 8, 8:30, 8h30, 0830, 8.30 pm → minutes after midnight; null when it is no time. At most 24:00. */
export function readTime(text: string): number | null {
  const match = /^\s*(\d{1,2})(?:\s*[:h.]?\s*([0-5]\d))?\s*h?\s*(am|pm)?\s*$/i.exec(text)
  if (!match) return null
  const half = match[3]?.toLowerCase()
  let hours = Number(match[1])
  if (half && (hours < 1 || hours > 12)) return null
  if (half) hours = (hours % 12) + (half === 'pm' ? 12 : 0)
  const minutes = hours * 60 + Number(match[2] ?? 0)
  return minutes <= dayMinutes ? minutes : null
}

export const sayInterval = ({ from, to }: Interval): string => `${writeTime(from)}–${writeTime(to)}`
