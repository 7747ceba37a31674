import { Type, type Static, type TSchema } from 'typebox'
import { ById, Exact, Id, Name, Nullable, OneOf, Time, defineRoute } from './define.ts'

export const media = ['voice', 'chat', 'email', 'messaging', 'social', 'callback'] as const
export type Medium = (typeof media)[number]

const Seconds = (minimum: number, maximum: number) =>
  Type.Integer({ minimum, maximum, description: 'Seconds' })
const day = 86_400
const week = 7 * day

/**
 * What an interaction asks of an agent: a skill within levels, one of some agents, or a combination. A list of them
 * means all of them.
 */
export type Requirement =
  | { skillId: string; level: number; upTo?: number }
  | { agentIds: string[] }
  | { all: Requirement[] }
  | { any: Requirement[] }
  | { not: Requirement }

const Level = Type.Integer({ minimum: 1, maximum: 5 })
const leaves = [
  Exact({ skillId: Id, level: Level, upTo: Type.Optional(Level) }),
  Exact({ agentIds: Type.Array(Id, { minItems: 1, maxItems: 50 }) })
]
/** Combinations may stand in combinations, so many times. */
const deepest = 3

function requirementOf(depth: number): TSchema {
  if (depth === 0) return Type.Union(leaves)
  const inner = requirementOf(depth - 1)
  return Type.Union([
    ...leaves,
    Exact({ all: Type.Array(inner, { minItems: 1, maxItems: 12 }) }),
    Exact({ any: Type.Array(inner, { minItems: 1, maxItems: 12 }) }),
    Exact({ not: inner })
  ])
}
export const Requirement = Type.Unsafe<Requirement>(requirementOf(deepest))
export const Requirements = Type.Array(Requirement, { maxItems: 20 })

/** Every skill that requirements name. */
export function skillsIn(requirements: readonly Requirement[]): string[] {
  const named = requirements.flatMap((one): string[] => {
    if ('skillId' in one) return [one.skillId]
    if ('all' in one) return skillsIn(one.all)
    if ('any' in one) return skillsIn(one.any)
    return 'not' in one ? skillsIn([one.not]) : []
  })
  return [...new Set(named)]
}

/** Every agent that requirements name. */
export function agentsIn(requirements: readonly Requirement[]): string[] {
  const named = requirements.flatMap((one): string[] => {
    if ('agentIds' in one) return one.agentIds
    if ('all' in one) return agentsIn(one.all)
    if ('any' in one) return agentsIn(one.any)
    return 'not' in one ? agentsIn([one.not]) : []
  })
  return [...new Set(named)]
}

/** One step of relaxation. Steps add up; each counts from the start of the wait, which re-queueing keeps. */
export const RelaxationStep = Exact({
  afterSeconds: Seconds(1, week),
  lowerLevelsBy: Type.Integer({ minimum: 0, maximum: 4 }),
  dropSkillIds: Type.Array(Id, { maxItems: 20, description: 'Skills that are no longer asked for' }),
  addQueueIds: Type.Array(Id, { maxItems: 20, description: 'Agents of these queues may take it too' }),
  addTeamIds: Type.Array(Id, { maxItems: 20, description: 'Agents of these teams may take it too' })
})
export type RelaxationStep = Static<typeof RelaxationStep>

/** How requirements give way while an interaction waits. What happens in the end is said explicitly. */
export const Relaxation = Exact({
  steps: Type.Array(RelaxationStep, { maxItems: 6 }),
  ending: Type.Union([
    Exact({ rule: Type.Literal('never') }),
    Exact({ rule: Type.Literal('anyone'), afterSeconds: Seconds(1, week) })
  ])
})
export type Relaxation = Static<typeof Relaxation>

/** What makes an interaction overflow. */
export const OverflowCause = Type.Union([
  Exact({ kind: Type.Literal('waited'), seconds: Seconds(1, week) }),
  Exact({ kind: Type.Literal('length'), over: Type.Integer({ minimum: 1, maximum: 10_000 }) }),
  Exact({ kind: Type.Literal('estimate'), seconds: Seconds(1, day) }),
  Exact({ kind: Type.Literal('closed') }),
  Exact({ kind: Type.Literal('nobody') })
])
export type OverflowCause = Static<typeof OverflowCause>

/** What is done with it: another queue, or something said or offered to the customer while the place is kept. */
export const OverflowAction = Type.Union([
  Exact({ kind: Type.Literal('queue'), queueId: Id }),
  Exact({ kind: Type.Literal('suggest'), what: OneOf(['callback', 'voicemail', 'form']) }),
  Exact({
    kind: Type.Literal('message'),
    text: Exact({
      en: Type.String({ minLength: 1, maxLength: 2000 }),
      fr: Type.String({ minLength: 1, maxLength: 2000 })
    })
  })
])
export type OverflowAction = Static<typeof OverflowAction>

/** A rule of overflow; each acts at most once on an interaction. No medium named means every medium. */
export const OverflowRule = Exact({
  media: Type.Array(OneOf(media), { maxItems: 6 }),
  when: OverflowCause,
  then: OverflowAction
})
export type OverflowRule = Static<typeof OverflowRule>

/** Points (minutes of waiting) for contacts whose attribute has this value; an empty value means any. */
export const Boost = Exact({
  attribute: Type.String({ pattern: '^[\\w .-]{1,60}$' }),
  value: Type.String({ maxLength: 500 }),
  points: Type.Integer({ minimum: 1, maximum: 1000 })
})
export type Boost = Static<typeof Boost>

export const agentChoices = ['longest-idle', 'least-loaded', 'best-skilled', 'fair-share'] as const
export type AgentChoice = (typeof agentChoices)[number]
export const orders = ['first-in', 'deadline-first'] as const
export type Order = (typeof orders)[number]

/** Whether a returning customer is held for the agent they spoke with, and for how long at most. */
export const Sticky = Exact({
  mode: OneOf(['off', 'same-queue', 'any-queue']),
  seconds: Seconds(0, week),
  skillNeeded: Type.Boolean({ description: 'The agent must still have the skills' })
})
export type Sticky = Static<typeof Sticky>

/** Places per medium; what is absent is not offered. */
export const Capacity = Type.Partial(
  Type.Object(
    Object.fromEntries(media.map((medium) => [medium, Type.Integer({ minimum: 0, maximum: 50 })])) as Record<
      Medium,
      ReturnType<typeof Type.Integer>
    >
  ),
  { additionalProperties: false }
)
export type Capacity = Static<typeof Capacity>

const perMedium = <T extends TSchema>(schema: T) =>
  Exact(Object.fromEntries(media.map((medium) => [medium, schema])) as Record<Medium, T>)

/** Which media may be offered to somebody who holds one of the named medium. */
export const InterruptedBy = perMedium(Type.Array(OneOf(media), { maxItems: media.length }))
export type InterruptedBy = Static<typeof InterruptedBy>

/** How much an agent holds at once, and what may come beside what. */
export const CapacityRules = Exact({
  places: Capacity,
  interruptedBy: InterruptedBy,
  /** Over all media; null for no limit beyond the places. */
  total: Nullable(Type.Integer({ minimum: 1, maximum: 100 })),
  /** A written thread that waits for the customer this long gives its place back until they write; null keeps it. */
  idleMinutes: Nullable(Type.Integer({ minimum: 1, maximum: 10_080 }))
})
export type CapacityRules = Static<typeof CapacityRules>

const written = ['chat', 'messaging', 'email', 'social'] as const
/** One call at a time and nothing beside it; mail and social wait beside everything. */
export const defaultCapacity: CapacityRules = {
  places: { voice: 1, chat: 4, email: 5, messaging: 5, social: 5, callback: 1 },
  interruptedBy: {
    voice: [],
    callback: [],
    chat: [...written],
    messaging: [...written],
    email: [...media],
    social: [...media]
  },
  total: null,
  idleMinutes: null
}

/** Why routing decided so: a code with its figures; the app says it in the reader's language. */
export const Reason = Type.Object({
  code: Type.String(),
  figures: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]))
})
export type Reason = Static<typeof Reason>

/** Why something waits, what is tried next, and when. */
export const Explanation = Type.Object({
  interactionId: Id,
  queueId: Id,
  /** 1 is next; null when it does not wait. */
  position: Nullable(Type.Integer()),
  estimateSeconds: Nullable(Type.Integer()),
  /** Points that decide the order: minutes waited, priority, urgency. */
  score: Type.Object({ waited: Type.Number(), priority: Type.Number(), urgency: Type.Number() }),
  why: Type.Array(Reason),
  /** How many agents of the queue are in which way unable to take it now. */
  agents: Type.Object({
    eligible: Type.Integer(),
    free: Type.Integer(),
    busy: Type.Integer(),
    away: Type.Integer(),
    lacking: Type.Integer()
  }),
  /** Agents nearest to taking it, and what stands in the way of each. */
  nearest: Type.Array(Type.Object({ agentId: Id, name: Type.String(), reason: Reason })),
  next: Type.Array(Type.Object({ at: Nullable(Time), reason: Reason }))
})
export type Explanation = Static<typeof Explanation>

export const explainRouting = defineRoute({
  name: 'routing.explain',
  summary: 'Why an interaction waits, what happens next, and when',
  method: 'GET',
  url: '/api/interactions/:id/routing',
  permission: 'interaction:read',
  params: ById,
  reply: Explanation
})

/** How near what customers were told at the beginning of their wait came to what they waited, in seconds. */
export const EstimateError = Type.Object({
  queueId: Id,
  told: Type.Integer({ description: 'Answered interactions that had been told an estimate' }),
  /** Mean of waited less estimated: above 0 they waited longer than they were told. */
  meanErrorS: Type.Number(),
  meanAbsoluteErrorS: Type.Number(),
  /** Half of them, and nine of ten, waited within so much of what they were told. */
  medianAbsoluteErrorS: Type.Number(),
  p90AbsoluteErrorS: Type.Number(),
  withinMinute: Type.Number({ description: 'Share within a minute of what they were told, 0 to 1' }),
  meanWaitS: Type.Number()
})
export type EstimateError = Static<typeof EstimateError>

export const readEstimateErrors = defineRoute({
  name: 'routing.estimateErrors',
  summary: 'How near the estimated waits of a period came to the real ones, by queue',
  method: 'GET',
  url: '/api/routing/estimate-errors',
  permission: 'routing:replay',
  query: Exact({ from: Time, to: Time }),
  reply: Type.Object({ items: Type.Array(EstimateError) })
})

/** Who would be offered what waits, under rules that are not saved; the reasons say why they, or why nobody. */
export const Preview = Type.Object({
  waiting: Type.Integer(),
  items: Type.Array(
    Type.Object({
      interactionId: Id,
      contactName: Type.String(),
      waitedSeconds: Type.Integer(),
      agentId: Nullable(Id),
      agentName: Nullable(Type.String()),
      reasons: Type.Array(Reason)
    })
  )
})
export type Preview = Static<typeof Preview>

const ReplayFigures = Type.Object({
  arrivals: Type.Integer(),
  answered: Type.Integer(),
  abandoned: Type.Integer(),
  /** Share answered within the target, 0 to 1; null where nothing had one. */
  serviceLevel: Nullable(Type.Number()),
  waitAverageS: Type.Number(),
  waitP90S: Type.Number(),
  waitLongestS: Type.Number(),
  /** Share of the agents' ready time that they handled something, 0 to 1. */
  occupancy: Type.Number()
})
export type ReplayFigures = Static<typeof ReplayFigures>

/** What is different from what was: rules of queues, skills and staffing. */
export const ReplayChange = Exact({
  /** Rules of queues by id; what is not named stays as it is now. */
  queues: Type.Optional(
    Type.Record(
      Type.String({ pattern: '^[0-9a-f]{24}$' }),
      Type.Partial(
        Exact({
          requirements: Requirements,
          priority: Type.Integer({ minimum: 0, maximum: 1000 }),
          targets: Type.Array(Exact({ medium: OneOf(media), seconds: Seconds(1, week) }), { maxItems: 6 }),
          agentChoice: OneOf(agentChoices),
          order: OneOf(orders),
          relaxation: Relaxation
        }),
        { additionalProperties: false }
      )
    )
  ),
  /** Skills of agents by id. */
  skills: Type.Optional(
    Type.Record(
      Type.String({ pattern: '^[0-9a-f]{24}$' }),
      Type.Array(Exact({ skillId: Id, level: Level }), { maxItems: 100 })
    )
  ),
  /** Agents who were there but are not. */
  without: Type.Optional(Type.Array(Id, { maxItems: 1000 })),
  /** So many more agents like this one, there at the same times. */
  more: Type.Optional(
    Type.Array(Exact({ likeAgentId: Id, count: Type.Integer({ minimum: 1, maximum: 500 }) }), {
      maxItems: 50
    })
  )
})
export type ReplayChange = Static<typeof ReplayChange>

export const Replay = Type.Object({
  from: Time,
  to: Time,
  /** What the records say happened. */
  recorded: ReplayFigures,
  /** The same arrivals and presence through the core with the rules of now, and with the change. */
  asIs: ReplayFigures,
  changed: ReplayFigures,
  queues: Type.Array(
    Type.Object({
      queueId: Id,
      name: Name,
      recorded: ReplayFigures,
      asIs: ReplayFigures,
      changed: ReplayFigures
    })
  )
})
export type Replay = Static<typeof Replay>

export const replayRouting = defineRoute({
  name: 'routing.replay',
  summary: 'Runs recorded traffic through the routing core with other rules, skills or staffing',
  method: 'POST',
  url: '/api/routing/replay',
  permission: 'routing:replay',
  body: Exact({ from: Time, to: Time, change: ReplayChange }),
  reply: Replay,
  perMinute: 20
})
