import { Type, type Static } from 'typebox'
import { ById, Id, Nullable, OneOf, Time, Version, defineRoute } from './define.ts'

/** What may be wrong: a channel that does not take our credentials, credentials that end, a webhook nobody calls. */
export const alertKinds = ['account-refused', 'account-expires', 'account-silent'] as const
export type AlertKind = (typeof alertKinds)[number]

/** Something that administrators should look at, from when it began until it was over. Its words are the reader's. */
export const Alert = Type.Object({
  id: Id,
  version: Version,
  kind: OneOf(alertKinds),
  tone: OneOf(['danger', 'warn']),
  /** What it is about. */
  subject: Type.Object({ noun: Type.String(), id: Id, name: Type.String() }),
  /** Filled into the words: moments are ISO 8601. */
  figures: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Null()])),
  raisedAt: Time,
  endedAt: Nullable(Time),
  /** Who said that they look after it. */
  acknowledgedBy: Nullable(Type.Object({ id: Id, name: Type.String(), at: Time })),
  /** When administrators were written to; null: not yet, or there is no mail account that can send. */
  mailedAt: Nullable(Time)
})
export type Alert = Static<typeof Alert>

export const listAlerts = defineRoute({
  name: 'alert.list',
  summary: 'What is wrong now, and what was in the last week, newest first',
  method: 'GET',
  url: '/api/alerts',
  permission: 'account:read',
  reply: Type.Object({ items: Type.Array(Alert) })
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
