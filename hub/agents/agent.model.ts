import { model, type Types } from 'mongoose'
import type { AgentPhone, Agent as AgentWire, PresenceState } from '@palabre/config/contract/agent'
import type { Capacity, Medium } from '@palabre/config/contract/routing'
import { loggedSchema, type Logged } from '../record/logged.ts'
import { told } from '../record/relay.ts'
import { idText } from '../wire.ts'

export interface Hold {
  interactionId: Types.ObjectId
  medium: Medium
  since: Date
  /** Takes no place while the customer is silent (`idle`); `due` when they wrote and a place is awaited. */
  parked?: 'idle' | 'due' | null
}

/** Who was lent to a queue works it beside those of the team, until the moment that was said. */
export interface Loan {
  queueId: string
  until: Date
  by: { id: string; name: string }
}

/**
 * Somebody who handles interactions. `holds` is the truth of capacity: a place is taken here before an interaction is
 * offered, and given back after it left, so that capacity is never exceeded whoever crashes in between.
 */
export interface AgentDoc extends Logged {
  userId: Types.ObjectId
  name: string
  teamId: Types.ObjectId | null
  presence: { state: PresenceState; pauseReasonId: string | null; since: Date; cause: string | null }
  skills: { skillId: string; level: number }[]
  /** Own places; null when the profile's count. */
  capacity: Capacity | null
  /** Own profile; null when the team's counts. */
  capacityProfileId: Types.ObjectId | null
  /** What rings instead of the phone in the browser; absent in records of earlier versions. */
  phone?: AgentPhone | null
  /** Queues of other teams that they work for a while; absent in records of earlier versions. */
  loans?: Loan[]
  holds: Hold[]
  /** Interactions handled on a day (UTC), for the fair share. */
  handled: { day: string; count: number }
  /** Offers missed in a row. */
  misses: number
  /** When a place was last given back: who is longest idle. */
  idleSince: Date
  /** When a node last saw a socket of theirs. */
  seenAt: Date
  archived: boolean
}

const schema = loggedSchema<AgentDoc>(
  {
    userId: 'ObjectId',
    name: String,
    teamId: { type: 'ObjectId', default: null },
    presence: Object,
    skills: [{ _id: false, skillId: String, level: Number }],
    capacity: { type: Object, default: null },
    capacityProfileId: { type: 'ObjectId', default: null },
    phone: { type: Object, default: null },
    loans: [{ _id: false, queueId: String, until: Date, by: Object }],
    holds: [{ _id: false, interactionId: 'ObjectId', medium: String, since: Date, parked: String }],
    handled: { type: Object, default: { day: '', count: 0 } },
    misses: { type: Number, default: 0 },
    idleSince: Date,
    seenAt: Date,
    archived: { type: Boolean, default: false }
  },
  'agents'
)
schema.index({ userId: 1 }, { unique: true })
schema.index({ 'presence.state': 1, seenAt: 1 })
schema.index({ 'holds.interactionId': 1 })
schema.index({ 'loans.until': 1 }, { sparse: true })

export const Agent = model<AgentDoc>('Agent', schema)

export function presentAgent(doc: AgentDoc): AgentWire {
  return {
    id: doc._id.toHexString(),
    version: doc.version,
    userId: doc.userId.toHexString(),
    name: doc.name,
    teamId: idText(doc.teamId),
    presence: {
      state: doc.presence.state,
      pauseReasonId: doc.presence.pauseReasonId,
      since: doc.presence.since.toISOString(),
      cause: doc.presence.cause
    },
    skills: doc.skills.map(({ skillId, level }) => ({ skillId, level })),
    capacity: doc.capacity,
    capacityProfileId: idText(doc.capacityProfileId),
    phone: doc.phone ?? null,
    handled: doc.handled,
    loans: (doc.loans ?? []).map(({ queueId, until, by }) => ({ queueId, until: until.toISOString(), by })),
    holds: doc.holds.map(({ interactionId, medium, since, parked }) => ({
      interactionId: interactionId.toHexString(),
      medium,
      since: since.toISOString(),
      parked: parked ?? null
    }))
  }
}

export const agentTold = told<AgentDoc>({
  noun: 'agent',
  model: Agent,
  tell: (doc) => [
    {
      name: 'agent.changed',
      payload: { agent: presentAgent(doc) },
      topics: [`agent:${doc._id.toHexString()}`, 'floor', `floor:${idText(doc.teamId) ?? 'none'}`],
      hints: { idleSince: doc.idleSince.getTime(), archived: doc.archived, misses: doc.misses }
    }
  ],
  dimensions: (doc) => ({ teamId: doc.teamId })
})
