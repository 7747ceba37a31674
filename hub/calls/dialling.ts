import type { Hub } from '../hub.ts'
import { refuse } from '../refuse.ts'
import type { Who } from '../sessions/who.ts'
import type { VoiceDoor } from './door.ts'

const minuteMs = 60_000

/**
 * May this person call this number now? Toll fraud begins with an account that calls premium numbers, or many: only
 * prefixes that the account allows, and so many calls a minute and person. Refuses `not-deliverable` and
 * `too-many-requests`. While Redis is away nobody is counted.
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

/** Counts one more call of this person. Refuses `too-many-requests`. */
export async function countDialling(
  hub: Hub,
  { policy }: Pick<VoiceDoor, 'policy'>,
  who: Who
): Promise<void> {
  const { perMinute } = policy.dialling
  const minute = Math.floor(Date.now() / minuteMs)
  const key = `${hub.env.REDIS_PREFIX}:dialled:${who.userId.toHexString()}:${String(minute)}`
  if (hub.redis.status !== 'ready') return
  const count = await hub.redis.incr(key)
  if (count === 1) await hub.redis.pexpire(key, 2 * minuteMs)
  if (count > perMinute) return refuse('too-many-requests')
}
