import { model, type Types } from 'mongoose'
import type { Alert as AlertWire, AlertKind } from '@palabre/config/contract/alert'
import { loggedSchema, type Logged } from '../record/logged.ts'
import { told } from '../record/relay.ts'
import { timeText } from '../wire.ts'

/** Something that was wrong, from when it began until it was over. */
export interface AlertDoc extends Logged {
  kind: AlertKind
  tone: 'danger' | 'warn'
  subject: { noun: string; id: Types.ObjectId; name: string }
  figures: Record<string, string | number | null>
  /** `<kind>:<subject>`: the same trouble, whenever it comes. */
  key: string
  /** The same while it lasts, unique: the trouble of two processes is one alert. */
  openKey: string | null
  raisedAt: Date
  endedAt: Date | null
  acknowledgedBy: { id: string; name: string; at: Date } | null
  /** When administrators are to be written to; null: there is nothing to write. */
  mailDueAt: Date | null
  mailAttempts: number
  /** When they were told that it began. */
  mailedAt: Date | null
}

const schema = loggedSchema<AlertDoc>(
  {
    kind: String,
    tone: String,
    subject: Object,
    figures: Object,
    key: String,
    openKey: { type: String, default: null },
    raisedAt: Date,
    endedAt: { type: Date, default: null },
    acknowledgedBy: { type: Object, default: null },
    mailDueAt: { type: Date, default: null },
    mailAttempts: { type: Number, default: 0 },
    mailedAt: { type: Date, default: null }
  },
  'alerts'
)
schema.index({ openKey: 1 }, { unique: true, partialFilterExpression: { openKey: { $type: 'string' } } })
schema.index({ mailDueAt: 1 }, { partialFilterExpression: { mailDueAt: { $type: 'date' } } })
schema.index({ key: 1, mailedAt: -1 })
schema.index({ raisedAt: -1 })

export const Alert = model<AlertDoc>('Alert', schema)

export const presentAlert = (doc: AlertDoc): AlertWire => ({
  id: doc._id.toHexString(),
  version: doc.version,
  kind: doc.kind,
  tone: doc.tone,
  subject: { ...doc.subject, id: doc.subject.id.toHexString() },
  figures: doc.figures,
  raisedAt: doc.raisedAt.toISOString(),
  endedAt: timeText(doc.endedAt),
  acknowledgedBy: doc.acknowledgedBy && {
    ...doc.acknowledgedBy,
    at: doc.acknowledgedBy.at.toISOString()
  },
  mailedAt: timeText(doc.mailedAt)
})

export const alertTold = told<AlertDoc>({
  noun: 'alert',
  model: Alert,
  tell: (doc) => [{ name: 'alert.changed', payload: { alert: presentAlert(doc) }, topics: ['accounts'] }],
  dimensions: ({ kind, tone }) => ({ kind, tone })
})
