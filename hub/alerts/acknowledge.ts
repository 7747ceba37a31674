import { alertKinds } from '@palabre/config/contract/alert'
import type { Hub } from '../hub.ts'
import { change } from '../record/change.ts'
import { found, refuse } from '../refuse.ts'
import { actorOf, type Who } from '../sessions/who.ts'
import { Alert, alertTold, type AlertDoc } from './alert.model.ts'
import { withNews } from './change-alert.ts'
import { alertsSeenBy } from './seen.ts'

/**
 * Somebody looks after it: of a threshold nobody is written to again until it is over. Whoever was first stays; refuses
 * `not-found`, `wrong-state` for what is over.
 */
export async function acknowledge(hub: Hub, who: Who, id: string): Promise<AlertDoc> {
  const by = actorOf(who)
  const known = found(
    (await Alert.findOne({ $and: [{ _id: id }, await alertsSeenBy(hub, who)] }).lean()) as AlertDoc | null
  )
  const { doc, changed } = found(
    await change(
      Alert,
      known._id,
      (alert) => {
        if (alert.acknowledgedBy) return null
        if (alert.endedAt) return refuse('wrong-state')
        const now = new Date()
        return {
          set: {
            acknowledgedBy: { id: by.id, name: by.name, at: now },
            ...(alertKinds[alert.kind] === 'threshold' && { mailDueAt: null, mailAttempts: 0, mailTold: [] }),
            ...withNews(alert, 'acknowledged', now)
          },
          entries: [{ name: 'acknowledge', by, changes: { acknowledged: [false, true] } }]
        }
      },
      known
    )
  )
  if (changed) hub.relay.pass(alertTold, doc)
  return doc
}
