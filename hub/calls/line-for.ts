import type { Types } from 'mongoose'
import type { Queue } from '@palabre/config/contract/setting'
import type { Hub } from '../hub.ts'
import { refuse } from '../refuse.ts'
import { scopeOf, type Who } from '../sessions/who.ts'
import { catalogOf } from '../settings/catalog.ts'
import { openDoors, type VoiceDoor } from './door.ts'

/** Over which account somebody calls, and whose work it is. */
export interface OwnLine {
  door: VoiceDoor
  queue: Queue
}

/**
 * The line of a queue: its own account of calls, else the oldest that can call. Without a queue, the first of the
 * asker's queues that has one of its own, else any of theirs. Null when no account can call. Refuses
 * `unknown-reference` for a queue that is not theirs.
 */
export async function lineFor(
  hub: Hub,
  who: Who,
  queueId?: string,
  accountId?: Types.ObjectId
): Promise<OwnLine | null> {
  const [catalog, scope, open] = await Promise.all([catalogOf(hub), scopeOf(hub, who), openDoors(hub)])
  const mine = catalog
    .queues()
    .filter(({ id, archived }) => !archived && (scope.all || scope.queueIds.has(id)))
  const doors = open.filter(({ policy }) => policy.dialling.isSetUp)
  const ownOf = (queue: Queue) => doors.find(({ account }) => account.queueId.toHexString() === queue.id)
  const queue = queueId === undefined ? (mine.find(ownOf) ?? mine[0]) : (catalog.queue(queueId) ?? undefined)
  if (queueId !== undefined && !mine.some(({ id }) => id === queueId) && !accountId)
    return refuse('unknown-reference', 'queueId')
  const known = accountId && doors.find(({ account }) => account._id.equals(accountId))
  const door = known ?? (queue && ownOf(queue)) ?? doors[0]
  return queue && door ? { door, queue } : null
}
