import { alertNews, type AlertNews } from '@palabre/config/contract/alert'
import { Alert, presentAlert, type AlertDoc, type Delivery } from '../alerts/alert.model.ts'
import { changeAlert, notBefore } from '../alerts/change-alert.ts'
import type { Hub } from '../hub.ts'
import { callWebhook } from './call-webhook.ts'
import { ThresholdModel, type ThresholdDoc } from './threshold.model.ts'

/** How long one round of calls may take before another process may try. */
const claimMs = 60_000
/** Pauses after failed attempts; after the last one it is given up. */
const pausesMs = [5_000, 30_000, 120_000, 600_000, 1_800_000, 3_600_000, 7_200_000]

/** Calls the webhooks that are due, each alert's news in order. At least once: an attempt that broke off is repeated. */
export async function tellWebhooks(hub: Hub): Promise<void> {
  for (;;) {
    const now = new Date()
    const due = (await Alert.findOneAndUpdate(
      { newsDueAt: { $lte: now, $type: 'date' } },
      { $set: { newsDueAt: new Date(now.getTime() + claimMs) } },
      { returnDocument: 'after' }
    ).lean()) as AlertDoc | null
    if (!due) return
    const doc = (await ThresholdModel.findById(due.subject.id).lean()) as ThresholdDoc | null
    const results: Partial<Record<AlertNews, Delivery>> = {}
    for (const news of alertNews) {
      const delivery = due.news?.[news]
      if (delivery?.state !== 'queued') continue
      if (delivery.dueAt > now) break
      results[news] = await attempt(hub, doc, due, news, delivery)
      // What comes after it waits for it.
      if (results[news].state === 'queued') break
    }
    await changeAlert(hub, due._id, (alert) => {
      const all = { ...alert.news, ...results }
      const waiting = alertNews.flatMap((news) => (all[news]?.state === 'queued' ? [all[news].dueAt] : []))
      const next = waiting[0] ?? null
      return { set: { news: all, newsDueAt: next && notBefore(next, alert.silentUntil) }, entries: [] }
    })
  }
}

async function attempt(
  hub: Hub,
  doc: ThresholdDoc | null,
  alert: AlertDoc,
  news: AlertNews,
  { attempts }: Delivery
): Promise<Delivery> {
  const detail = doc
    ? await callWebhook(hub, doc, `${alert._id.toHexString()}-${news}`, bodyOf(alert, news))
    : 'There is no webhook any more'
  const at = new Date()
  const made = attempts + 1
  if (detail === null) return { state: 'delivered', attempts: made, dueAt: at, detail: '', at }
  hub.log.warn({ alertId: alert._id, news, attempts: made, detail }, 'a webhook of a threshold was not told')
  const pauseMs = pausesMs[attempts]
  return pauseMs === undefined
    ? { state: 'failed', attempts: made, dueAt: at, detail, at }
    : { state: 'queued', attempts: made, dueAt: new Date(at.getTime() + pauseMs), detail, at }
}

/** What a webhook is told: plain values, moments in ISO 8601, times in ms, shares of 1. */
function bodyOf(alert: AlertDoc, news: AlertNews): Record<string, unknown> {
  const { id, tone, subject, figures, raisedAt, endedAt, acknowledgedBy } = presentAlert(alert)
  return {
    news,
    alertId: id,
    threshold: { id: subject.id, name: subject.name },
    tone,
    ...figures,
    raisedAt,
    endedAt,
    acknowledgedBy: acknowledgedBy?.name ?? null
  }
}
