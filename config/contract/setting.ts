import { Type, type Static } from 'typebox'
import { Exact, Id, Name, Nullable, OneOf, defineResource } from './define.ts'
import { Requirement, media } from './interaction.ts'

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

export const queue = defineResource({
  name: 'queue',
  path: '/api/queues',
  fields: Exact({
    name: Name,
    description: Type.String({ maxLength: 500 }),
    requirements: Type.Array(Requirement, { maxItems: 20 }),
    calendarId: Nullable(Id),
    /** 1 point counts as 1 minute of waiting. */
    priority: Type.Integer({ minimum: 0, maximum: 1000 }),
    /** Answer within so many seconds; per medium, the others have no target. */
    targets: Type.Array(Exact({ medium: OneOf(media), seconds: Seconds(1, 604_800) }), { maxItems: 6 }),
    offerSeconds: Seconds(5, 600),
    agentChoice: OneOf(['longest-idle', 'least-loaded', 'best-skilled']),
    sticky: Exact({ on: Type.Boolean(), seconds: Seconds(0, 604_800) }),
    wrapUp: Exact({
      mode: OneOf(['none', 'optional', 'mandatory', 'timed']),
      seconds: Seconds(0, 3600),
      extensionSeconds: Seconds(0, 3600)
    }),
    /** Missed offers after which the agent goes to no-answer. */
    missesAllowed: Type.Integer({ minimum: 1, maximum: 10 }),
    dispositionIds: Type.Array(Id, { maxItems: 200 })
  }),
  read,
  write
})
export type Queue = Static<typeof queue.record>

/** People who work the same queues; an agent sees the queues of her team. */
export const team = defineResource({
  name: 'team',
  path: '/api/teams',
  fields: Exact({ name: Name, queueIds: Type.Array(Id, { maxItems: 200 }) }),
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
export const resources = { skill, calendar, queue, team, disposition, pauseReason, cannedAnswer }
export type ResourceName = keyof typeof resources
