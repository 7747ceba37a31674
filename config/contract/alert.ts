import { Type, type Static } from 'typebox'
import { ById, Exact, Id, Nullable, OneOf, Page, Time, Version, defineRoute } from './define.ts'

/**
 * What may be wrong, and with which noun: a channel that does not take our credentials, credentials that end, a webhook
 * nobody calls; a figure that is beyond its threshold.
 */
export const alertKinds = {
  'account-refused': 'account',
  'account-expires': 'account',
  'account-silent': 'account',
  threshold: 'threshold'
} as const
export type AlertKind = keyof typeof alertKinds
export type AlertNoun = (typeof alertKinds)[AlertKind]
export const alertKindNames = Object.keys(alertKinds) as AlertKind[]
const alertNouns = [...new Set(Object.values(alertKinds))]

/** What the webhook of a threshold is told of an alert. */
export const alertNews = ['raised', 'worse', 'acknowledged', 'ended'] as const
export type AlertNews = (typeof alertNews)[number]

const tones = ['danger', 'warn'] as const

/** What became of one call of a webhook. */
export const AlertDelivery = Type.Object({
  news: OneOf(alertNews),
  state: OneOf(['queued', 'delivered', 'failed']),
  attempts: Type.Integer(),
  /** Why the last attempt failed. */
  detail: Type.String(),
  at: Time
})
export type AlertDelivery = Static<typeof AlertDelivery>

/** Something that somebody should look at, from when it began until it was over. Its words are the reader's. */
export const Alert = Type.Object({
  id: Id,
  version: Version,
  kind: OneOf(alertKindNames),
  tone: OneOf(tones),
  /** What it is about. */
  subject: Type.Object({ noun: OneOf(alertNouns), id: Id, name: Type.String() }),
  /** Filled into the words: moments are ISO 8601. */
  figures: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Null()])),
  raisedAt: Time,
  endedAt: Nullable(Time),
  /** Who said that they look after it. */
  acknowledgedBy: Nullable(Type.Object({ id: Id, name: Type.String(), at: Time })),
  /** When somebody was last written to; null: not yet, nobody is to be, or there is no mail account that can send. */
  mailedAt: Nullable(Time),
  /** Until when it makes no noise: no mail, no webhook, no sound. */
  silentUntil: Nullable(Time),
  deliveries: Type.Array(AlertDelivery)
})
export type Alert = Static<typeof Alert>

export const listAlerts = defineRoute({
  name: 'alert.list',
  summary: 'What is wrong now of what you may see, and what was in the last week, newest first',
  method: 'GET',
  url: '/api/alerts',
  permission: 'account:read',
  reply: Type.Object({ items: Type.Array(Alert) })
})

export const listAlertHistory = defineRoute({
  name: 'alert.history',
  summary: 'Alerts of all times that you may see, newest first, by pages',
  method: 'GET',
  url: '/api/alerts/history',
  permission: 'account:read',
  query: Exact({
    after: Type.Optional(Type.String({ maxLength: 60 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
    kind: Type.Optional(OneOf(alertKindNames)),
    tone: Type.Optional(OneOf(tones)),
    subjectId: Type.Optional(Id),
    state: Type.Optional(OneOf(['open', 'ended'])),
    /** Raised from this moment on, and before that one. */
    from: Type.Optional(Time),
    until: Type.Optional(Time)
  }),
  reply: Page(Alert)
})

export const acknowledgeAlert = defineRoute({
  name: 'alert.acknowledge',
  summary: 'Says that you look after it: colleagues see it, and are no longer called to it',
  method: 'POST',
  url: '/api/alerts/:id/acknowledge',
  permission: 'account:read',
  params: ById,
  reply: Alert,
  audited: true
})
