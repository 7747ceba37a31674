import type { QueueRules, WaitingItem } from './picture.ts'

const minute = 60_000

/** Points that urgency adds from a share of the target's time on: 10, as much as ten minutes, when it is broken. */
const urgencySteps = [
  { share: 0.5, points: 2 },
  { share: 0.8, points: 6 },
  { share: 1, points: 10 }
] as const

type Timed = Pick<WaitingItem, 'queuedAt' | 'dueAt'>

/** Points for the part of the target's time that is used up. */
export function urgencyOf({ queuedAt, dueAt }: Timed, now: number): number {
  if (dueAt === null || dueAt <= queuedAt) return 0
  const used = (now - queuedAt) / (dueAt - queuedAt)
  let points = 0
  for (const step of urgencySteps) if (used >= step.share) points = step.points
  return points
}

/** When urgency changes next, in ms since the epoch; null when it does not any more. */
export function nextUrgency({ queuedAt, dueAt }: Timed, now: number): number | null {
  if (dueAt === null || dueAt <= queuedAt) return null
  for (const { share } of urgencySteps) {
    const at = queuedAt + share * (dueAt - queuedAt)
    if (at > now) return at
  }
  return null
}

/**
 * Place in the order, the smallest first: the moment at which it would have arrived were points minutes of waiting.
 * `score = minutes waiting + priority + urgency` grows alike for all, so only the part that does not is compared.
 * Deadline-first counts from the deadline: a target shorter than the queue's longest is worth the difference.
 */
export function placeOf(
  item: Pick<WaitingItem, 'queuedAt' | 'dueAt' | 'priority'>,
  { order, horizonMs }: Pick<QueueRules, 'order' | 'horizonMs'>,
  now: number
): number {
  const start = order === 'deadline-first' && item.dueAt !== null ? item.dueAt - horizonMs : item.queuedAt
  return start - minute * (item.priority + urgencyOf(item, now))
}

/** The parts of the score in points, as people read them. */
export function scoreOf(item: Pick<WaitingItem, 'queuedAt' | 'dueAt' | 'priority'>, now: number) {
  return {
    waited: Math.max(0, (now - item.queuedAt) / minute),
    priority: item.priority,
    urgency: urgencyOf(item, now)
  }
}
