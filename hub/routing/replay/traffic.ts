import type { PresenceState } from '@palabre/config/contract/agent'
import type { Medium, Requirement } from '@palabre/config/contract/routing'

/** Recorded traffic as a replay needs it. All times in ms since the epoch. */
export interface Traffic {
  from: number
  to: number
  /** By the time they joined; those that follow on another one hang on it. */
  visits: Visit[]
  /** Agent → when they were in which state; from the beginning to the end of the period without a gap. */
  presence: ReadonlyMap<string, readonly Span[]>
}

export interface Span {
  state: PresenceState
  from: number
  to: number
}

/**
 * One stay of an interaction in a queue, with the handling after it. A transfer or a return to the queue begins
 * another one.
 */
export interface Visit {
  id: string
  queueId: string
  medium: Medium
  joinedAt: number
  /** Start of the wait that counts: re-queueing and transfers keep it. */
  queuedAt: number
  /** The wait goes on from the visit before this one; else it began with this one, or so long before it. */
  keepsAge: boolean
  /** Points that it has beyond its queue's. */
  points: number
  /** What was asked for by hand; null when it is what its queue asks. */
  requirements: readonly Requirement[] | null
  preferredIds: readonly string[]
  forbiddenIds: readonly string[]
  /** Whom the customer had spoken with, when it was held for them. */
  stickyId: string | null
  /** It was moved to these queues so long after it had joined, while it waited. */
  moves: readonly { afterMs: number; queueId: string }[]
  /** How long each offer stood that was declined or not answered, in their order. */
  missesMs: readonly number[]
  /** From the offer that was accepted to the acceptance. */
  pickupMs: number
  /** From the acceptance until it left the agent's hands. */
  handledMs: number
  ended: Ended
  /** What the records say of its service level: the target, and whether an answer came after it. */
  targetMs: number | null
  late: boolean
  next: Visit | null
}

export type Ended =
  | { how: 'answered'; at: number; agentId: string; until: number }
  /** The customer left. */
  | { how: 'left'; at: number }
  /** Waits still. */
  | { how: 'waiting' }

/** What came of the traffic, recorded or replayed. */
export interface Outcome {
  /** Of every visit that joined within the period. */
  waits: Wait[]
  /** Agent → when something was in their hands; may overlap. */
  work: ReadonlyMap<string, readonly Interval[]>
  /** Agent → when they were ready. */
  ready: ReadonlyMap<string, readonly Interval[]>
  /** Queue → who works it. */
  staff: (queueId: string) => readonly string[]
}

export interface Interval {
  from: number
  to: number
}

export interface Wait {
  /** In which the visit began. */
  queueId: string
  how: Ended['how']
  waitedMs: number
  /** Null when nothing was promised. */
  targetMs: number | null
  late: boolean
}
