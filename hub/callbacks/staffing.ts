import { Temporal } from 'temporal-polyfill'
import type { Queue } from '@palabre/config/contract/setting'
import { quarterMs } from '@palabre/config/figures/quarters'
import { floorOf } from '../agents/floor.ts'
import { queuesOf } from '../agents/loans.ts'
import type { Hub } from '../hub.ts'
import { Rollup } from '../rollups/rollup.model.ts'
import { catalogOf } from '../settings/catalog.ts'
import type { SlotTime } from './slots.ts'

const weekMs = 7 * 86_400_000
const weeks = 4
const keptMs = 600_000
/** What a call takes where none was handled yet. */
const usualHandleSeconds = 300
/** Of those who work a queue, as many as are thought to be there while nothing is known of any week. */
const usualPresence = 0.5

/** Who is expected to work a queue, and what a call of theirs takes. */
export interface Staffing {
  /** Agents of the queue who are expected in a stretch of time, on average. */
  agents(time: SlotTime): number
  handleSeconds: number
}

const remembered = new WeakMap<Hub, Map<string, { at: number; staffing: Promise<Staffing> }>>()

/**
 * What the last four weeks tell of a queue: at the same hours of the same weekday, for how long its agents were there
 * and not on a pause. Weeks in which nobody was there at all do not count. Remembered for ten minutes.
 */
export async function staffingOf(hub: Hub, queue: Queue): Promise<Staffing> {
  const all = remembered.get(hub) ?? new Map<string, { at: number; staffing: Promise<Staffing> }>()
  remembered.set(hub, all)
  const known = all.get(queue.id)
  if (known && performance.now() - known.at < keptMs) return known.staffing
  const staffing = read(hub, queue)
  all.set(queue.id, { at: performance.now(), staffing })
  staffing.catch(() => all.delete(queue.id))
  return staffing
}

async function read(hub: Hub, queue: Queue): Promise<Staffing> {
  const [catalog, floor] = await Promise.all([catalogOf(hub), floorOf(hub)])
  const agentIds = [...floor.agents.values()]
    .filter((agent) => queuesOf(catalog, agent).has(queue.id))
    .map(({ id }) => id)
  const since = new Date(Date.now() - weeks * weekMs - 86_400_000)
  const [present, handled] = await Promise.all([
    Rollup.aggregate<{ _id: Date; ms: number }>([
      { $match: { slot: { $gte: since }, kind: 'agent', agentId: { $in: agentIds } } },
      { $group: { _id: '$slot', ms: { $sum: { $ifNull: ['$sums.readyMs', 0] } } } }
    ]),
    Rollup.aggregate<{ handled: number; ms: number }>([
      {
        $match: {
          slot: { $gte: since },
          kind: 'queue',
          queueId: queue.id,
          medium: { $in: ['voice', 'callback'] }
        }
      },
      {
        $group: {
          _id: null,
          handled: { $sum: { $ifNull: ['$sums.handled', 0] } },
          ms: { $sum: { $ifNull: ['$sums.handledMs', 0] } }
        }
      }
    ])
  ])
  const readyMs = new Map(present.map(({ _id, ms }) => [_id.getTime(), ms]))
  const [calls] = handled
  return {
    agents: (time) =>
      expected(readyMs, time, agentIds.length, catalog.calendar(queue.calendarId)?.timeZone ?? 'UTC'),
    handleSeconds:
      calls && calls.handled > 0 ? Math.max(30, calls.ms / calls.handled / 1000) : usualHandleSeconds
  }
}

/** Agents in a stretch of time, by what was one to four weeks before when clocks showed the same. */
export function expected(
  readyMs: ReadonlyMap<number, number>,
  { from, to }: SlotTime,
  agentCount: number,
  timeZone: string
): number {
  const local = Temporal.Instant.fromEpochMilliseconds(from.getTime()).toZonedDateTimeISO(timeZone)
  const sums = Array.from({ length: weeks }, (_, i) => {
    const begin = local.subtract({ weeks: i + 1 }).epochMilliseconds
    const end = begin + to.getTime() - from.getTime()
    let sum = 0
    for (let at = Math.floor(begin / quarterMs) * quarterMs; at < end; at += quarterMs) {
      const part = Math.min(end, at + quarterMs) - Math.max(begin, at)
      sum += ((readyMs.get(at) ?? 0) * part) / quarterMs
    }
    return sum / (end - begin)
  }).filter((agents) => agents > 0)
  return sums.length > 0 ? sums.reduce((all, one) => all + one, 0) / sums.length : agentCount * usualPresence
}
