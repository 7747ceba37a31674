import type { Queue } from '@palabre/config/contract/setting'
import { stateAt } from '../admin/calendars/opening.ts'
import { calendars } from '../admin/records/stores.ts'

/**
 * Whether a queue is closed at a moment (ms), and until when; null while it is open, or its hours are not known yet.
 * Whoever asks keeps `calendars` in use.
 */
export function closedAt(
  queue: Pick<Queue, 'calendarId'> | undefined,
  at: number
): { until: number | null } | null {
  const calendar = calendars.byId(queue?.calendarId)
  if (!calendar || Number.isNaN(at)) return null
  const { open, until } = stateAt(calendar, at)
  return open ? null : { until }
}
