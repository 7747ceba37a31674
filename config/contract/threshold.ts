import { Type, type Static } from 'typebox'
import { figureNames } from '../figures/names.ts'
import { ById, Exact, Id, Name, Nullable, OneOf, Time, defineResource, defineRoute } from './define.ts'
import { media } from './routing.ts'

const Ids = Type.Array(Id, { maxItems: 200, uniqueItems: true })

/** Which part of the floor is counted; an empty list leaves nothing out. */
export const ThresholdFilter = Exact({
  queueIds: Ids,
  channels: Type.Array(Type.String({ pattern: '^[a-z0-9-]{1,40}$' }), { maxItems: 50, uniqueItems: true }),
  accountIds: Ids,
  media: Type.Array(OneOf(media), { maxItems: media.length, uniqueItems: true }),
  teamIds: Ids,
  siteIds: Ids
})
export type ThresholdFilter = Static<typeof ThresholdFilter>

const Email = Type.String({ format: 'email', maxLength: 320 })
const Value = Type.Number({ minimum: 0, maximum: 1e9, description: 'Cases, milliseconds, or a share of 1' })

/** In the app it is always told; by mail to these. */
const ThresholdMail = Exact({
  userIds: Type.Array(Id, { maxItems: 50, uniqueItems: true }),
  /** Of people without a login: the client's. */
  addresses: Type.Array(Email, { maxItems: 20, uniqueItems: true }),
  /** The language of those addresses; users have their own. */
  locale: OneOf(['en', 'fr']),
  /** Again after so many minutes until somebody looks after it; null: once. */
  repeatMinutes: Nullable(Type.Integer({ minimum: 5, maximum: 1440 }))
})

/**
 * Called with JSON when an alert begins, gets worse, is looked after and ends. The body is signed with the secret
 * (`X-Palabre-Signature: sha256=<HMAC of the raw body, hex>`) and says when it was sent (`sentAt`), so that a repeat of
 * an old one can be told; `X-Palabre-Delivery` is the same for every attempt. The secret comes back as '•••'; sent back
 * so, it stays as it is.
 */
const ThresholdWebhook = Exact({
  url: Type.String({ minLength: 1, maxLength: 2000, pattern: '^https?://' }),
  secret: Type.String({ minLength: 1, maxLength: 200 })
})

const fields = Exact({
  name: Name,
  figure: OneOf(figureNames),
  filter: ThresholdFilter,
  comparison: OneOf(['above', 'below']),
  /** The figure itself may be reached; what goes beyond it counts. At least one of the two is set. */
  warn: Nullable(Value),
  danger: Nullable(Value),
  /** It ends once the figure is so far back on the good side of the level. */
  margin: Value,
  /** Coming and going count after so long without a break. */
  forSeconds: Type.Integer({ minimum: 0, maximum: 3600 }),
  /** Only while this calendar is open; null: always. */
  calendarId: Nullable(Id),
  /** Shares and means are looked at from so many cases on. */
  minCases: Type.Integer({ minimum: 0, maximum: 100_000 }),
  mail: ThresholdMail,
  webhook: Nullable(ThresholdWebhook)
})
export type ThresholdFields = Static<typeof fields>

/** A figure that must not go beyond a level, and who is told when it does. */
export const threshold = defineResource({
  name: 'threshold',
  path: '/api/thresholds',
  fields,
  defaults: {
    filter: { queueIds: [], channels: [], accountIds: [], media: [], teamIds: [], siteIds: [] },
    margin: 0,
    forSeconds: 60,
    calendarId: null,
    minCases: 0,
    mail: { userIds: [], addresses: [], locale: 'en', repeatMinutes: 60 },
    webhook: null
  },
  read: 'setting:read',
  write: 'threshold:write'
})
export type Threshold = Static<typeof threshold.record>

const thresholdLevels = ['ok', 'warn', 'danger'] as const

/** How a figure stands against its threshold at this moment. */
const Standing = {
  /** Null: there is nothing to measure, or too little. */
  value: Nullable(Type.Number()),
  /** On how many cases a share or a mean stands; null for figures of the moment. */
  cases: Nullable(Type.Integer()),
  /** Its calendar is open. */
  open: Type.Boolean(),
  /** The level that it is beyond now, were it to stay so. */
  reaches: OneOf(thresholdLevels)
}

export const ThresholdState = Type.Object({
  thresholdId: Id,
  ...Standing,
  /** What is raised. */
  level: OneOf(thresholdLevels),
  alertId: Nullable(Id),
  snoozed: Nullable(Type.Object({ until: Time, by: Type.Object({ id: Id, name: Type.String() }) }))
})
export type ThresholdState = Static<typeof ThresholdState>

export const listThresholdStates = defineRoute({
  name: 'threshold.states',
  summary: 'How every threshold that you may see stands at this moment',
  method: 'GET',
  url: '/api/thresholds/states',
  permission: 'board:read',
  reply: Type.Object({ items: Type.Array(ThresholdState) })
})

export const previewThreshold = defineRoute({
  name: 'threshold.preview',
  summary: 'How a threshold that is being written would stand at this moment',
  method: 'POST',
  url: '/api/thresholds/preview',
  permission: 'threshold:write',
  body: Type.Pick(fields, ['figure', 'filter', 'comparison', 'warn', 'danger', 'calendarId', 'minCases'], {
    additionalProperties: false
  }),
  reply: Type.Object(Standing)
})
export type ThresholdPreview = Static<(typeof previewThreshold)['reply']>

export const snoozeThreshold = defineRoute({
  name: 'threshold.snooze',
  summary:
    'Silences mail, webhook and sound of a threshold until a time, at most a week ahead; null ends that',
  method: 'PUT',
  url: '/api/thresholds/:id/snooze',
  permission: 'threshold:write',
  params: ById,
  body: Exact({ until: Nullable(Time) }),
  reply: ThresholdState,
  audited: true
})

export const testThreshold = defineRoute({
  name: 'threshold.test',
  summary: 'Sends a test to the addresses, or to the webhook, of a threshold that is kept',
  method: 'POST',
  url: '/api/thresholds/:id/test',
  permission: 'threshold:write',
  params: ById,
  body: Exact({ way: OneOf(['mail', 'webhook']) }),
  reply: Type.Object({ ok: Type.Boolean(), detail: Type.String() }),
  perMinute: 20,
  audited: true
})
