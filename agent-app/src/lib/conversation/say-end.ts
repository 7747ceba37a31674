import { clock } from '../clock.svelte.ts'
import { format } from '../words.svelte.ts'

/** When something ends, to the minute: the time today, with its day otherwise. */
export function sayEnd(until: number): string {
  const now = clock.read()
  const isToday = new Date(until).toDateString() === new Date(now).toDateString()
  return isToday ? format.time(until) : `${format.moment(until, now)}, ${format.time(until)}`
}
