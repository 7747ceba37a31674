import type { Interaction } from '@palabre/config/contract/interaction'
import type { Queue } from '@palabre/config/contract/setting'

const minute = 60_000

/** Points of urgency from a share of the target's time on, as the routing core counts them. */
const urgencySteps = [
  { share: 0.5, points: 2 },
  { share: 0.8, points: 6 },
  { share: 1, points: 10 }
] as const

/** Points for the part of the target's time that is used up; `now` in ms. */
export function urgencyOf({ queuedAt, dueAt }: Pick<Interaction, 'queuedAt' | 'dueAt'>, now: number): number {
  if (dueAt === null) return 0
  const start = Date.parse(queuedAt)
  const whole = Date.parse(dueAt) - start
  if (whole <= 0) return 0
  const used = (now - start) / whole
  return urgencySteps.findLast(({ share }) => used >= share)?.points ?? 0
}

/**
 * Place in the order in which a queue's contacts are offered, the smallest first: the moment at which it would have
 * arrived were points minutes of waiting. A test holds it to what the routing core does.
 */
export function placeOf(
  item: Pick<Interaction, 'queuedAt' | 'dueAt' | 'priority'>,
  queue: Pick<Queue, 'order' | 'targets'> | undefined,
  now: number
): number {
  const longestTarget = Math.max(0, ...(queue?.targets ?? []).map(({ seconds }) => seconds * 1000))
  const start =
    queue?.order === 'deadline-first' && item.dueAt !== null
      ? Date.parse(item.dueAt) - longestTarget
      : Date.parse(item.queuedAt)
  return start - minute * (item.priority + urgencyOf(item, now))
}

/** Contacts in the order in which they are offered, each by the rules of its queue. */
export function inOrder(
  items: readonly Interaction[],
  queueOf: (id: string) => Pick<Queue, 'order' | 'targets'> | undefined,
  now: number
): Interaction[] {
  return items
    .map((item) => ({ item, place: placeOf(item, queueOf(item.queueId), now) }))
    .sort(
      (a, b) =>
        a.place - b.place ||
        (a.item.queuedAt < b.item.queuedAt ? -1 : a.item.queuedAt > b.item.queuedAt ? 1 : 0) ||
        (a.item.id < b.item.id ? -1 : 1)
    )
    .map(({ item }) => item)
}
