import { Types } from 'mongoose'
import type { Input, Reply } from '@palabre/config/contract/define'
import type { listAlertHistory } from '@palabre/config/contract/alert'
import type { Hub } from '../hub.ts'
import { before, markOf } from '../paging.ts'
import type { Who } from '../sessions/who.ts'
import { momentOf } from '../wire.ts'
import { Alert, presentAlert, type AlertDoc } from './alert.model.ts'
import { alertsSeenBy } from './seen.ts'

const usual = 50

/** A page of all alerts that somebody may see, newest first. */
export async function historyOf(
  hub: Hub,
  who: Who,
  { after, limit = usual, kind, tone, subjectId, state, from, until }: Input<typeof listAlertHistory>['query']
): Promise<Reply<typeof listAlertHistory>> {
  const raised = {
    ...(from !== undefined && { $gte: momentOf(from, 'from') }),
    ...(until !== undefined && { $lt: momentOf(until, 'until') })
  }
  const chosen = {
    ...(kind && { kind }),
    ...(tone && { tone }),
    ...(subjectId && { 'subject.id': new Types.ObjectId(subjectId) }),
    ...(state && { endedAt: state === 'open' ? null : { $ne: null } }),
    ...(Object.keys(raised).length > 0 && { raisedAt: raised })
  }
  const docs = (await Alert.find({
    $and: [await alertsSeenBy(hub, who), chosen, before('raisedAt', after)]
  })
    .sort({ raisedAt: -1, _id: -1 })
    .limit(limit + 1)
    .lean()) as AlertDoc[]
  const items = docs.slice(0, limit)
  const last = items.at(-1)
  return {
    items: items.map(presentAlert),
    ...(docs.length > limit && last && { next: markOf(last.raisedAt, last._id) })
  }
}
