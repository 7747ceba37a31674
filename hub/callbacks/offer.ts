import type { CallbackOffer } from '@palabre/config/contract/callback'
import type { Queue } from '@palabre/config/contract/setting'
import { accountOf } from '../accounts/accounts.ts'
import { openDoor, type VoiceDoor } from '../calls/door.ts'
import type { Hub } from '../hub.ts'
import { refuse } from '../refuse.ts'
import { catalogOf } from '../settings/catalog.ts'
import { isOpen, openTimes } from '../settings/opening.ts'
import { estimateOf } from '../visitors/wait.ts'
import { takenSlots } from './slot.model.ts'
import { cutSlots, placesOf, type SlotTime } from './slots.ts'
import { staffingOf } from './staffing.ts'

const dayMs = 86_400_000
const mostShown = 500

/** A slot of a queue, with how many can be called in it. */
export interface OpenSlot extends SlotTime {
  places: number
}

/** The queue, in use. Refuses `unknown-reference`. */
export async function queueFor(hub: Hub, queueId: string): Promise<Queue> {
  const queue = (await catalogOf(hub)).queue(queueId)
  return queue && !queue.archived ? queue : refuse('unknown-reference', 'queueId')
}

/** The line of a queue that calls people back; null when there is none, or it cannot call. */
export async function lineOf(hub: Hub, { callbacks }: Queue): Promise<VoiceDoor | null> {
  const account = callbacks.accountId === null ? null : await accountOf(hub, callbacks.accountId)
  if (!account || account.archived || account.paused) return null
  const door = openDoor(hub, account)
  return door.policy.dialling.isSetUp ? door : null
}

/** Every slot that the queue promises from now on, whether or not there is a place left. */
export async function slotsOf(hub: Hub, queue: Queue, now: Date): Promise<OpenSlot[]> {
  const rules = queue.callbacks.slots
  if (!rules) return []
  const calendar = (await catalogOf(hub)).calendar(queue.calendarId)
  const staffing = await staffingOf(hub, queue)
  const until = new Date(now.getTime() + rules.daysAhead * dayMs)
  const fromMidnight = calendar ? now : new Date(Math.floor(now.getTime() / dayMs) * dayMs)
  return cutSlots(openTimes(calendar, fromMidnight, until), rules, now)
    .filter(({ from }) => from < until)
    .slice(0, mostShown)
    .map((slot) => ({
      ...slot,
      places: placesOf(rules, { agents: staffing.agents(slot), handleSeconds: staffing.handleSeconds })
    }))
}

/** What somebody who asks to be called may choose now. */
export async function offerOf(hub: Hub, queueId: string): Promise<CallbackOffer> {
  const queue = await queueFor(hub, queueId)
  const calendar = (await catalogOf(hub)).calendar(queue.calendarId)
  const timeZone = calendar?.timeZone ?? 'UTC'
  if (!(await lineOf(hub, queue))) return { now: null, slots: [], timeZone }
  const now = new Date()
  const slots = await slotsOf(hub, queue, now)
  const taken = await takenSlots(queue.id, slots)
  return {
    now: queue.callbacks.now && isOpen(calendar, now) ? { estimatedWaitS: estimateOf(hub, queue.id) } : null,
    slots: slots
      .filter(({ from, places }) => places > (taken.get(from.getTime()) ?? 0))
      .map(({ from, to }) => ({ from: from.toISOString(), to: to.toISOString() })),
    timeZone
  }
}

/** The line of a queue. Refuses `not-deliverable` when nobody can be called back over it. */
export const doorFor = async (hub: Hub, queue: Queue): Promise<VoiceDoor> =>
  (await lineOf(hub, queue)) ?? refuse('not-deliverable', 'no-line')
