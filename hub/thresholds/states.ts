import type { ThresholdState } from '@palabre/config/contract/threshold'
import { Alert, type AlertDoc } from '../alerts/alert.model.ts'
import type { Picture } from '../supervision/pictures.ts'
import { measure } from './measure.ts'
import type { ThresholdDoc } from './threshold.model.ts'

/** How thresholds stand at this moment: measured by this node's picture, raised as the database has it. */
export async function statesOf(
  picture: Picture,
  docs: readonly ThresholdDoc[],
  now = Date.now()
): Promise<ThresholdState[]> {
  const alerts = (await Alert.find({
    'subject.id': { $in: docs.map(({ _id }) => _id) },
    openKey: { $gt: '', $type: 'string' }
  }).lean()) as AlertDoc[]
  const open = new Map(alerts.map((alert) => [alert.subject.id.toHexString(), alert]))
  return docs.map((doc) => {
    const thresholdId = doc._id.toHexString()
    const alert = open.get(thresholdId)
    const { snooze } = doc
    return {
      thresholdId,
      ...measure(picture, doc, now),
      level: alert?.tone ?? 'ok',
      alertId: alert?._id.toHexString() ?? null,
      snoozed:
        snooze && snooze.until.getTime() > now ? { until: snooze.until.toISOString(), by: snooze.by } : null
    }
  })
}
