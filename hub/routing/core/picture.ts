import type {
  AgentChoice,
  CapacityRules,
  Medium,
  Order,
  Reason,
  Relaxation,
  Requirement
} from '@palabre/config/contract/routing'
import type { PresenceState } from '@palabre/config/contract/agent'

/** A waiting interaction as the core sees it. Times in ms since the epoch. */
export interface WaitingItem {
  id: string
  version: number
  /** Length of its log, which the offer appends to. */
  logged: number
  queueId: string
  medium: Medium
  priority: number
  requirements: readonly Requirement[]
  queuedAt: number
  /** What is due first: its target, or the end of the time in which the customer may be answered. */
  dueAt: number | null
  /** That the latter comes first. */
  windowShuts?: boolean
  sticky: { agentId: string; until: number } | null
  preferredIds: readonly string[]
  forbiddenIds: readonly string[]
  /** Rules of overflow that have acted on it. */
  overflowed: readonly string[]
  /** Agents who declined or missed it. */
  passedOver: readonly string[]
}

/** An agent as the core sees them. */
export interface Candidate {
  id: string
  version: number
  presence: PresenceState
  teamId: string | null
  /** Queues that their team works. */
  queueIds: ReadonlySet<string>
  skills: readonly { skillId: string; level: number }[]
  capacity: CapacityRules
  holds: readonly Held[]
  idleSince: number
  handledToday: number
}

export interface Held {
  medium: Medium
  interactionId: string
  parked: 'idle' | 'due' | null
}

/** What a queue says about its items. */
export interface QueueRules {
  agentChoice: AgentChoice
  order: Order
  /** The longest target of the queue in ms, from which shorter ones are counted. */
  horizonMs: number
  relaxation: Relaxation
  /** A sticky agent must still have the skills. */
  stickySkillNeeded: boolean
}

/** A decision: this item to this agent, because. */
export interface Match {
  item: WaitingItem
  agentId: string
  /** The agent's version that the decision was made from. */
  agentVersion: number
  reasons: Reason[]
}
