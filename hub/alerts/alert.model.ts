import { model, type Types } from 'mongoose'
import {
  alertKinds,
  alertNews,
  type Alert as AlertWire,
  type AlertKind,
  type AlertNews,
  type AlertNoun
} from '@palabre/config/contract/alert'
import { loggedSchema, type Logged } from '../record/logged.ts'
import { told } from '../record/relay.ts'
import { timeText } from '../wire.ts'

/** One call of a webhook that is due, or what became of it. */
export interface Delivery {
  state: 'queued' | 'delivered' | 'failed'
  attempts: number
  /** Without regard to a silence, which stands in the alert's `newsDueAt`. */
  dueAt: Date
  detail: string
  at: Date
}

/** Something that was wrong, from when it began until it was over. */
export interface AlertDoc extends Logged {
  kind: AlertKind
  tone: 'danger' | 'warn'
  subject: { noun: AlertNoun; id: Types.ObjectId; name: string }
  figures: Record<string, string | number | null>
  /** `<kind>:<subject>`: the same trouble, whenever it comes. */
  key: string
  /** The same while it lasts, unique: the trouble of two processes is one alert. */
  openKey: string | null
  raisedAt: Date
  endedAt: Date | null
  acknowledgedBy: { id: string; name: string; at: Date } | null
  /** Of a threshold: the limits of what it counts, by which scope is decided. */
  within: { queueIds: string[]; teamIds: string[] } | null
  /** Of a threshold: what it watched when it was raised; another figure is another trouble. */
  about: string
  /** When somebody is to be written to; null: there is nothing to write. */
  mailDueAt: Date | null
  mailAttempts: number
  /** Who got the mail that is being sent now, as far as it went. */
  mailTold: string[]
  /** Mails that went out while it lasted. */
  mailRound: number
  /** When they were last told that it lasts. */
  mailedAt: Date | null
  /** No mail, no webhook, no sound before this. */
  silentUntil: Date | null
  /** Calls of its webhook; null: it has none. */
  news: Partial<Record<AlertNews, Delivery>> | null
  /** When the next of them is to be made. */
  newsDueAt: Date | null
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
    within: { type: Object, default: null },
    about: { type: String, default: '' },
    mailDueAt: { type: Date, default: null },
    mailAttempts: { type: Number, default: 0 },
    mailTold: { type: [String], default: [] },
    mailRound: { type: Number, default: 0 },
    mailedAt: { type: Date, default: null },
    silentUntil: { type: Date, default: null },
    news: { type: Object, default: null },
    newsDueAt: { type: Date, default: null }
  },
  'alerts'
)
schema.index({ openKey: 1 }, { unique: true, partialFilterExpression: { openKey: { $type: 'string' } } })
schema.index({ mailDueAt: 1 }, { partialFilterExpression: { mailDueAt: { $type: 'date' } } })
schema.index({ newsDueAt: 1 }, { partialFilterExpression: { newsDueAt: { $type: 'date' } } })
schema.index({ key: 1, mailedAt: -1 })
schema.index({ raisedAt: -1, _id: -1 })
schema.index({ 'subject.id': 1, raisedAt: -1 })

/** Kinds that are about this noun. */
export const kindsOf = (noun: AlertNoun): AlertKind[] =>
  (Object.keys(alertKinds) as AlertKind[]).filter((kind) => alertKinds[kind] === noun)

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
  mailedAt: timeText(doc.mailedAt),
  silentUntil: timeText(doc.silentUntil),
  deliveries: alertNews.flatMap((news) => {
    const delivery = doc.news?.[news]
    if (!delivery) return []
    const { state, attempts, detail, at } = delivery
    return [{ news, state, attempts, detail, at: at.toISOString() }]
  })
})

export const alertTold = told<AlertDoc>({
  noun: 'alert',
  model: Alert,
  // What a threshold says is for some only: that something is new is told to all, and who may see it reads it.
  tell: (doc) =>
    alertKinds[doc.kind] === 'account'
      ? [{ name: 'alert.changed', payload: { alert: presentAlert(doc) }, topics: ['accounts'] }]
      : [
          {
            name: 'setting.changed',
            payload: { resource: 'alert', id: doc._id.toHexString() },
            topics: ['everybody']
          }
        ],
  dimensions: ({ kind, tone }) => ({ kind, tone })
})
