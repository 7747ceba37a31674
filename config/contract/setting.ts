import { Type, type Static } from 'typebox'
import { CallbackRules, usualCallbacks } from './callback.ts'
import { ById, Exact, Id, Name, Nullable, OneOf, defineResource, defineRoute } from './define.ts'
import {
  Boost,
  CapacityRules,
  OverflowRule,
  Preview,
  Relaxation,
  Requirements,
  Sticky,
  agentChoices,
  media,
  orders
} from './routing.ts'

const Order = Type.Integer({ minimum: 0, maximum: 10_000 })
const Seconds = (minimum: number, maximum: number) =>
  Type.Integer({ minimum, maximum, description: 'Seconds' })
const write = 'setting:write'
const read = 'setting:read'

export const skill = defineResource({
  name: 'skill',
  path: '/api/skills',
  fields: Exact({ name: Name, description: Type.String({ maxLength: 500 }) }),
  read,
  write
})
export type Skill = Static<typeof skill.record>

/** Times are minutes after midnight in the calendar's zone; an interval may not cross midnight. */
export const Interval = Exact({
  from: Type.Integer({ minimum: 0, maximum: 1439 }),
  to: Type.Integer({ minimum: 1, maximum: 1440 })
})
const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'Date, YYYY-MM-DD' })

export const calendar = defineResource({
  name: 'calendar',
  path: '/api/calendars',
  fields: Exact({
    name: Name,
    timeZone: Type.String({ maxLength: 60, description: 'IANA time zone' }),
    /** Seven days, Monday first. */
    week: Type.Array(Type.Array(Interval, { maxItems: 8 }), { minItems: 7, maxItems: 7 }),
    /** Days unlike the others; no interval means closed. */
    holidays: Type.Array(Exact({ day: Day, name: Name, intervals: Type.Array(Interval, { maxItems: 8 }) }), {
      maxItems: 400
    })
  }),
  read,
  write
})
export type Calendar = Static<typeof calendar.record>

const SecondsOf = (minimum: number, maximum: number) =>
  Type.Array(Exact({ medium: OneOf(media), seconds: Seconds(minimum, maximum) }), { maxItems: media.length })

const queueFields = Exact({
  name: Name,
  description: Type.String({ maxLength: 500 }),
  /** Queues of a partition are routed together, by one hub node at a time. */
  partition: Type.String({ pattern: '^[a-z0-9-]{1,40}$' }),
  requirements: Requirements,
  relaxation: Relaxation,
  calendarId: Nullable(Id),
  order: OneOf(orders),
  /** 1 point counts as 1 minute of waiting. */
  priority: Type.Integer({ minimum: 0, maximum: 1000 }),
  boosts: Type.Array(Boost, { maxItems: 20 }),
  /** Answer within so many seconds; per medium, the others have no target. */
  targets: SecondsOf(1, 604_800),
  offerSeconds: Seconds(5, 600),
  /** Time limits of offers of some media, instead of `offerSeconds`. */
  offerTimes: SecondsOf(5, 86_400),
  /** The agent's client takes offers by itself. */
  autoAccept: Type.Boolean(),
  agentChoice: OneOf(agentChoices),
  sticky: Sticky,
  wrapUp: Exact({
    mode: OneOf(['none', 'optional', 'mandatory', 'timed', 'timed-strict', 'on-request']),
    seconds: Seconds(0, 3600),
    extensionSeconds: Seconds(0, 3600)
  }),
  /** Missed offers of written work after which the agent goes to no-answer; of calls, `callMissesAllowed`. */
  missesAllowed: Type.Integer({ minimum: 1, maximum: 10 }),
  callMissesAllowed: Type.Integer({ minimum: 1, maximum: 10 }),
  overflow: Type.Array(OverflowRule, { maxItems: 10 }),
  dispositionIds: Type.Array(Id, { maxItems: 200 }),
  callbacks: CallbackRules
})

export const queue = defineResource({
  name: 'queue',
  path: '/api/queues',
  fields: queueFields,
  defaults: {
    description: '',
    partition: 'main',
    requirements: [],
    relaxation: { steps: [], ending: { rule: 'never' } },
    calendarId: null,
    order: 'first-in',
    priority: 0,
    boosts: [],
    targets: [],
    offerSeconds: 30,
    offerTimes: [],
    autoAccept: false,
    agentChoice: 'longest-idle',
    sticky: { mode: 'same-queue', seconds: 120, skillNeeded: true },
    wrapUp: { mode: 'optional', seconds: 60, extensionSeconds: 60 },
    missesAllowed: 2,
    callMissesAllowed: 1,
    overflow: [],
    dispositionIds: [],
    callbacks: usualCallbacks
  },
  read,
  write
})
export type Queue = Static<typeof queue.record>

export const previewQueue = defineRoute({
  name: 'queue.preview',
  summary: 'Who would be offered what waits now, if the queue had these rules',
  method: 'POST',
  url: '/api/queues/:id/preview',
  permission: 'setting:write',
  params: ById,
  body: Exact({
    change: Type.Unsafe<Partial<Static<typeof queueFields>>>(
      Type.Partial(queueFields, { additionalProperties: false })
    )
  }),
  reply: Preview
})

export const emptyQueue = defineRoute({
  name: 'queue.empty',
  summary: 'Moves all that waits in a queue to another one, so that it can be archived',
  method: 'POST',
  url: '/api/queues/:id/empty',
  permission: 'setting:write',
  params: ById,
  body: Exact({ toQueueId: Id }),
  reply: Type.Object({ moved: Type.Integer() }),
  audited: true
})

/** How much the agents of a team, or single ones, hold at once. */
export const capacityProfile = defineResource({
  name: 'capacityProfile',
  path: '/api/capacity-profiles',
  fields: Exact({ name: Name, ...CapacityRules.properties }),
  read,
  write
})
export type CapacityProfile = Static<typeof capacityProfile.record>

/** A place where teams work; its time zone says when their day begins. */
export const site = defineResource({
  name: 'site',
  path: '/api/sites',
  fields: Exact({
    name: Name,
    timeZone: Type.String({ maxLength: 60, description: 'IANA time zone' })
  }),
  read,
  write
})
export type Site = Static<typeof site.record>

/** People who work the same queues; an agent sees the queues of her team. */
export const team = defineResource({
  name: 'team',
  path: '/api/teams',
  fields: Exact({
    name: Name,
    queueIds: Type.Array(Id, { maxItems: 200 }),
    capacityProfileId: Nullable(Id),
    siteId: Nullable(Id)
  }),
  defaults: { capacityProfileId: null, siteId: null },
  read,
  write
})
export type Team = Static<typeof team.record>

export const disposition = defineResource({
  name: 'disposition',
  path: '/api/dispositions',
  fields: Exact({
    name: Name,
    group: Type.String({ maxLength: 100 }),
    order: Order,
    noteRequired: Type.Boolean()
  }),
  read,
  write
})
export type Disposition = Static<typeof disposition.record>

export const pauseReason = defineResource({
  name: 'pauseReason',
  path: '/api/pause-reasons',
  fields: Exact({ name: Name, order: Order, paid: Type.Boolean() }),
  read,
  write
})
export type PauseReason = Static<typeof pauseReason.record>

export const cannedAnswer = defineResource({
  name: 'cannedAnswer',
  path: '/api/canned-answers',
  fields: Exact({
    /** Typed after "/" in the composer. */
    shortcut: Type.String({ pattern: '^[a-z0-9-]{1,40}$' }),
    title: Name,
    /** May hold {{contact.name}}, {{agent.name}}, {{queue.name}}. */
    text: Type.String({ minLength: 1, maxLength: 20_000 }),
    html: Nullable(Type.String({ maxLength: 100_000 })),
    locale: OneOf(['en', 'fr']),
    queueIds: Type.Array(Id, { maxItems: 200, description: 'Empty: every queue' })
  }),
  read,
  write: 'canned-answer:write'
})
export type CannedAnswer = Static<typeof cannedAnswer.record>

/** Every record that administrators keep, by name. */
export const resources = {
  skill,
  calendar,
  queue,
  capacityProfile,
  site,
  team,
  disposition,
  pauseReason,
  cannedAnswer
}
export type ResourceName = keyof typeof resources
