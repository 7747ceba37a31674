import type { OverflowCause, OverflowRule } from '@palabre/config/contract/routing'
import type { WaitingItem } from './picture.ts'

/** What the rules of a queue look at besides the item. */
export interface QueueSight {
  waiting: number
  /** What the item may expect to wait yet, in seconds; null while too little is known. */
  estimateSeconds: number | null
  open: boolean
  /** Agents of the queue who are signed in. */
  present: number
}

/** A rule's own name on the items that it has acted on. */
export const ruleKey = (queueId: string, rule: OverflowRule): string => `${queueId}:${JSON.stringify(rule)}`

function holds(cause: OverflowCause, item: WaitingItem, sight: QueueSight, now: number): boolean {
  switch (cause.kind) {
    case 'waited':
      return now - item.queuedAt >= cause.seconds * 1000
    case 'length':
      return sight.waiting > cause.over
    case 'estimate':
      return sight.estimateSeconds !== null && sight.estimateSeconds >= cause.seconds
    case 'closed':
      return !sight.open
    case 'nobody':
      return sight.present === 0
  }
}

/** The first rule of the queue that is due for the item and has not acted on it; null when none is. */
export function overflowDue(
  item: WaitingItem,
  rules: readonly OverflowRule[],
  sight: QueueSight,
  now: number
): OverflowRule | null {
  for (const rule of rules) {
    if (rule.media.length > 0 && !rule.media.includes(item.medium)) continue
    if (item.overflowed.includes(ruleKey(item.queueId, rule))) continue
    if (holds(rule.when, item, sight, now)) return rule
  }
  return null
}

/** Queues that lead from one into another and back; the names of the circle, or null when there is none. */
export function overflowCircle(
  queues: readonly { id: string; overflow: readonly OverflowRule[] }[]
): string[] | null {
  const next = new Map(
    queues.map(({ id, overflow }) => [
      id,
      overflow.flatMap(({ then }) => (then.kind === 'queue' ? [then.queueId] : []))
    ])
  )
  const done = new Set<string>()
  const path: string[] = []
  const visit = (id: string): string[] | null => {
    const at = path.indexOf(id)
    if (at >= 0) return path.slice(at)
    if (done.has(id)) return null
    path.push(id)
    for (const to of next.get(id) ?? []) {
      const circle = visit(to)
      if (circle) return circle
    }
    path.pop()
    done.add(id)
    return null
  }
  for (const { id } of queues) {
    const circle = visit(id)
    if (circle) return circle
  }
  return null
}
