import type { Hub } from '../hub.ts'
import { refuse } from '../refuse.ts'
import type { Who } from '../sessions/who.ts'
import type { VoiceDoor } from './door.ts'

const minuteMs = 60_000

/**
 * May this person call this number now? Toll fraud begins with an account that calls premium numbers, or many: only
 * prefixes that the account allows, and so many calls a minute and person. Refuses `not-deliverable` and
 * `too-many-requests`.
 */
export async function checkDialling(
  hub: Hub,
  { policy }: VoiceDoor,
  who: Who,
  number: string
): Promise<void> {
  if (!policy.dialling.prefixes.some((prefix) => number.startsWith(prefix)))
    return refuse('not-deliverable', 'Numbers that begin so may not be called')
  await countDialling(hub, { policy }, who)
}

/**
 * Counts one more call of this person: those of this clock minute, and of the one before as many as its part that is
 * not a minute ago. Refuses `too-many-requests`. While Redis is away nobody is counted.
 */
export async function countDialling(
  hub: Hub,
  { policy }: Pick<VoiceDoor, 'policy'>,
  who: Who
): Promise<void> {
  if (hub.redis.status !== 'ready') return
  const now = Date.now()
  const minute = Math.floor(now / minuteMs)
  const keyOf = (one: number) => `${hub.env.REDIS_PREFIX}:dialled:${who.userId.toHexString()}:${String(one)}`
  const [before, count] = await Promise.all([
    hub.redis.get(keyOf(minute - 1)),
    hub.redis.incr(keyOf(minute)),
    hub.redis.pexpire(keyOf(minute), 2 * minuteMs)
  ])
  const stillCounts = 1 - (now % minuteMs) / minuteMs
  if (count + Math.ceil(Number(before ?? 0) * stillCounts) > policy.dialling.perMinute)
    return refuse('too-many-requests')
}
