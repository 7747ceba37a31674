import { model, type Types } from 'mongoose'
import type { Agent as AgentWire, Capacity, PresenceState } from '@palabre/config/contract/agent'
import type { Interaction } from '@palabre/config/contract/interaction'
import { loggedSchema, type Logged } from '../record/logged.ts'
import { told } from '../record/relay.ts'
import { idText } from '../wire.ts'

export interface Hold {
  interactionId: Types.ObjectId
  medium: Interaction['medium']
  since: Date
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
  capacity: Capacity
  holds: Hold[]
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
    capacity: Object,
    holds: [{ _id: false, interactionId: 'ObjectId', medium: String, since: Date }],
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

export const Agent = model<AgentDoc>('Agent', schema)

export const defaultCapacity: Capacity = { voice: 1, chat: 4, email: 5, messaging: 5, social: 5, callback: 1 }

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
    holds: doc.holds.map(({ interactionId, medium, since }) => ({
      interactionId: interactionId.toHexString(),
      medium,
      since: since.toISOString()
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
      hints: { idleSince: doc.idleSince.getTime(), archived: doc.archived }
    }
  ],
  dimensions: (doc) => ({ teamId: doc.teamId })
})
