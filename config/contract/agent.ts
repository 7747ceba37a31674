import { Type, type Static } from 'typebox'
import { ById, Exact, Id, Nullable, OneOf, Time, Version, defineRoute } from './define.ts'
import { Capacity, media } from './routing.ts'

export const presenceStates = ['ready', 'paused', 'no-answer', 'offline'] as const
export type PresenceState = (typeof presenceStates)[number]

export const Presence = Type.Object({
  state: OneOf(presenceStates),
  pauseReasonId: Nullable(Id),
  since: Time,
  /** Why it changed when the agent did not do it: 'offer-missed', 'connection-lost', 'forced', 'signed-out'. */
  cause: Nullable(Type.String())
})
export type Presence = Static<typeof Presence>

export const Proficiency = Type.Object({
  skillId: Id,
  level: Type.Integer({ minimum: 1, maximum: 5 })
})

/**
 * A phone that rings for an agent instead of the one in the browser. `confirms`: somebody else (a voice box) may answer
 * there, so a key has to be pressed before the caller is put through.
 */
export const AgentPhone = Type.Union([
  Exact({
    kind: Type.Literal('number'),
    number: Type.String({ pattern: '^\\+[1-9]\\d{3,14}$', description: 'E.164' }),
    confirms: Type.Boolean()
  }),
  Exact({
    kind: Type.Literal('sip'),
    uri: Type.String({
      pattern: '^sips?:[A-Za-z0-9+._-]{1,60}@[A-Za-z0-9.-]{1,190}(:[0-9]{1,5})?$',
      description: 'SIP address of a phone or an extension: sip:1042@pbx.example.com'
    }),
    confirms: Type.Boolean()
  })
])
export type AgentPhone = Static<typeof AgentPhone>

/** What the floor shows of an agent; busy and wrap-up follow from `holds`. */
export const Agent = Type.Object({
  id: Id,
  version: Version,
  userId: Id,
  name: Type.String(),
  teamId: Nullable(Id),
  presence: Presence,
  skills: Type.Array(Proficiency),
  /** Own places; null when the team's profile counts, or the usual one. */
  capacity: Nullable(Capacity),
  capacityProfileId: Nullable(Id),
  /** Null: the phone in the browser. */
  phone: Nullable(AgentPhone),
  /** Queues of other teams that they work for a while, and who lent them. */
  loans: Type.Array(
    Type.Object({
      queueId: Id,
      until: Time,
      by: Type.Object({ id: Id, name: Type.String() })
    })
  ),
  /** Interactions handled on `day` (YYYY-MM-DD, UTC), for the fair share. */
  handled: Type.Object({ day: Type.String(), count: Type.Integer() }),
  /** What the agent holds now, offers included. */
  holds: Type.Array(
    Type.Object({
      interactionId: Id,
      medium: OneOf(media),
      since: Time,
      /** Takes no place while the customer is silent (`idle`); `due` when they wrote and a place is awaited. */
      parked: Nullable(OneOf(['idle', 'due']))
    })
  )
})
export type Agent = Static<typeof Agent>

export const listAgents = defineRoute({
  name: 'agent.list',
  summary: 'Agents that you may see: your team, or all for supervisors',
  method: 'GET',
  url: '/api/agents',
  permission: 'agent:read',
  reply: Type.Object({ items: Type.Array(Agent) })
})

export const setPresence = defineRoute({
  name: 'presence.set',
  summary: 'Makes you ready, paused with a reason, or offline',
  method: 'PUT',
  url: '/api/me/presence',
  permission: 'presence:set',
  body: Exact({ state: OneOf(['ready', 'paused', 'offline']), pauseReasonId: Type.Optional(Id) }),
  reply: Agent
})

export const forcePresence = defineRoute({
  name: 'presence.force',
  summary: "Changes an agent's status for them; they are told who did it",
  method: 'PUT',
  url: '/api/agents/:id/presence',
  permission: 'agent:force',
  params: ById,
  body: Exact({ state: OneOf(['ready', 'paused', 'offline']), pauseReasonId: Type.Optional(Id) }),
  reply: Agent,
  audited: true
})

export const lendAgents = defineRoute({
  name: 'agent.lend',
  summary:
    'Has agents of other teams work a queue for a while, beside their own; their skills count as ever. Who works it anyway is left as she is',
  method: 'POST',
  url: '/api/queues/:id/loans',
  permission: 'agent:lend',
  params: ById,
  body: Exact({
    agentIds: Type.Array(Id, { minItems: 1, maxItems: 200, uniqueItems: true }),
    minutes: Type.Integer({ minimum: 1, maximum: 720 })
  }),
  reply: Type.Object({ items: Type.Array(Agent) }),
  audited: true
})

export const recallAgent = defineRoute({
  name: 'agent.recall',
  summary: 'Ends a loan before its time; what the agent has in hand stays there',
  method: 'DELETE',
  url: '/api/agents/:id/loans/:queueId',
  permission: 'agent:lend',
  params: Exact({ id: Id, queueId: Id }),
  reply: Agent,
  audited: true
})

export const signOutAgent = defineRoute({
  name: 'agent.signOut',
  summary: 'Ends all sessions of an agent; what they hold goes back as when they sign out themselves',
  method: 'POST',
  url: '/api/agents/:id/sign-out',
  permission: 'agent:force',
  params: ById,
  reply: Agent,
  audited: true
})

export const updateAgent = defineRoute({
  name: 'agent.update',
  summary: "Changes an agent's skills, capacity, phone or team",
  method: 'PATCH',
  url: '/api/agents/:id',
  permission: 'agent:write',
  params: ById,
  body: Exact({
    change: Type.Partial(
      Exact({
        skills: Type.Array(Proficiency, { maxItems: 100 }),
        capacity: Nullable(Capacity),
        capacityProfileId: Nullable(Id),
        phone: Nullable(AgentPhone),
        teamId: Nullable(Id)
      }),
      { additionalProperties: false }
    )
  }),
  reply: Agent,
  audited: true
})
