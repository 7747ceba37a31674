import type { Types } from 'mongoose'
import type { AlertNews } from '@palabre/config/contract/alert'
import type { Hub } from '../hub.ts'
import { change, type Change } from '../record/change.ts'
import { Alert, alertTold, type AlertDoc } from './alert.model.ts'

/** The later of two moments: nothing leaves before a silence is over. */
export const notBefore = (at: Date, silentUntil: Date | null) =>
  silentUntil !== null && silentUntil > at ? silentUntil : at

/** Changes an alert and tells it; null when there is none, or nothing was to be done. */
export async function changeAlert(
  hub: Hub,
  id: Types.ObjectId,
  decide: (alert: AlertDoc) => Change | null
): Promise<AlertDoc | null> {
  const written = await change(Alert, id, decide)
  if (!written?.changed) return null
  hub.relay.pass(alertTold, written.doc)
  return written.doc
}

/** What is to be set so that the webhook is told, once; nothing when there is none. */
export function withNews(alert: AlertDoc, news: AlertNews, now: Date) {
  if (!alert.news || alert.news[news]) return {}
  const dueAt = notBefore(now, alert.silentUntil)
  const delivery = { state: 'queued', attempts: 0, dueAt: now, detail: '', at: now } as const
  return {
    news: { ...alert.news, [news]: delivery },
    newsDueAt: alert.newsDueAt !== null && alert.newsDueAt < dueAt ? alert.newsDueAt : dueAt
  }
}
