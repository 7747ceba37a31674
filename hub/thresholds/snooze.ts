import { Alert, type AlertDoc } from '../alerts/alert.model.ts'
import type { Hub } from '../hub.ts'
import { change } from '../record/change.ts'
import { found, refuse } from '../refuse.ts'
import { actorOf, scopeOf, type Who } from '../sessions/who.ts'
import { momentOf } from '../wire.ts'
import { findThreshold } from './keep.ts'
import { ThresholdModel, thresholdTold, type ThresholdDoc } from './threshold.model.ts'
import { setSilence } from './watch.ts'

const longestMs = 7 * 86_400_000

/** Silences a threshold until a time, or ends that. Refuses `not-found`, `invalid-input`, `wrong-state` when archived. */
export async function snoozeThreshold(
  hub: Hub,
  who: Who,
  id: string,
  text: string | null
): Promise<ThresholdDoc> {
  const known = await findThreshold(await scopeOf(hub, who), id)
  const until = text === null ? null : momentOf(text, 'until')
  const ahead = until === null ? 0 : until.getTime() - Date.now()
  if (until !== null && (ahead <= 0 || ahead > longestMs))
    refuse('invalid-input', undefined, [{ path: 'until', message: 'is within the next seven days' }])
  const by = actorOf(who)
  const { doc, changed } = found(
    await change(
      ThresholdModel,
      known._id,
      (threshold) => {
        if (threshold.archived) return refuse('wrong-state')
        const before = threshold.snooze?.until ?? null
        if (before?.getTime() === until?.getTime()) return null
        return {
          set: { snooze: until && { until, by: { id: by.id, name: by.name } } },
          entries: [{ name: 'snooze', by, changes: { snooze: [before, until] } }]
        }
      },
      known
    )
  )
  if (changed) hub.relay.pass(thresholdTold, doc)
  const alert = (await Alert.findOne({
    'subject.id': doc._id,
    openKey: { $gt: '', $type: 'string' }
  }).lean()) as AlertDoc | null
  if (alert) await setSilence(hub, alert, until)
  return doc
}
