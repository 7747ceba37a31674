import { Type, type Static } from 'typebox'
import { ById, Exact, Id, Nullable, OneOf, Time, defineRoute } from './define.ts'
import { presenceStates } from './agent.ts'

/** What a quarter of an hour brought one agent. Sums are counts, and milliseconds where the name ends in `Ms`. */
export const AgentQuarter = Type.Object({
  /** Its beginning. */
  slot: Time,
  sums: Type.Record(Type.String(), Type.Number()),
  /** Grows with every change; the highest counts. */
  version: Type.Integer()
})
export type AgentQuarter = Static<typeof AgentQuarter>

/** At most two days ago; the beginning of the asker's own day. */
const From = Type.Optional(Time)

export const readMyFigures = defineRoute({
  name: 'figures.read',
  summary: 'What you did since `from`, by quarters of an hour; of the last day when it is left out',
  method: 'GET',
  url: '/api/me/figures',
  permission: 'presence:set',
  query: Exact({ from: From }),
  reply: Type.Object({ seq: Type.String(), quarters: Type.Array(AgentQuarter) })
})

/** How long an agent was in one state. */
export const DayPart = Type.Object({
  state: OneOf(presenceStates),
  pauseReasonId: Nullable(Id),
  from: Time,
  /** Null while it lasts. */
  to: Nullable(Time)
})
export type DayPart = Static<typeof DayPart>

export const readAgentDay = defineRoute({
  name: 'agent.day',
  summary: 'The states of an agent since `from`, in order; of the last day when it is left out',
  method: 'GET',
  url: '/api/agents/:id/day',
  permission: 'agent:force',
  params: ById,
  query: Exact({ from: From }),
  reply: Type.Object({ parts: Type.Array(DayPart) })
})
