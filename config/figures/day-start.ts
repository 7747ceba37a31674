import { quarterMs, quarterOf } from './quarters.ts'

const formats = new Map<string, Intl.DateTimeFormat>()

function dayIn(zone: string, at: number): string {
  let format = formats.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit'
    })
    formats.set(zone, format)
  }
  return format.format(at)
}

/**
 * When the day that it is in a zone began, in ms: midnight, or the first moment after it where clocks leave midnight out.
 * All zones of the world begin their days at a quarter of an hour of UTC. Throws RangeError for an unknown zone.
 */
export function dayStart(zone: string, now: number): number {
  const today = dayIn(zone, now)
  let start = quarterOf(now)
  while (dayIn(zone, start - 1) === today) start -= quarterMs
  return start
}
