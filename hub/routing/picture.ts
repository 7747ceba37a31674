import type { Interaction as InteractionWire } from '@palabre/config/contract/interaction'
import type { Queue } from '@palabre/config/contract/setting'
import { capacityOf } from '../agents/capacity.ts'
import type { FloorAgent } from '../agents/floor.ts'
import { queuesOf } from '../agents/loans.ts'
import type { InteractionHints } from '../interactions/interaction.model.ts'
import type { Catalog } from '../settings/catalog.ts'
import type { Candidate, QueueRules, WaitingItem } from './core/picture.ts'

/** What is due first of the two, and which one it is. */
export function deadlineOf(
  dueAt: string | Date | null,
  windowUntil: string | Date | null
): Pick<WaitingItem, 'dueAt' | 'windowShuts'> {
  const due = dueAt === null ? Infinity : +new Date(dueAt)
  const shut = windowUntil === null ? Infinity : +new Date(windowUntil)
  return { dueAt: Number.isFinite(Math.min(due, shut)) ? Math.min(due, shut) : null, windowShuts: shut < due }
}

/** A waiting interaction as the core sees it. */
export function itemOf(
  wire: InteractionWire,
  { passedOver, overflowed, logged }: Pick<InteractionHints, 'passedOver' | 'overflowed' | 'logged'>
): WaitingItem {
  return {
    id: wire.id,
    version: wire.version,
    logged,
    queueId: wire.queueId,
    medium: wire.medium,
    priority: wire.priority,
    requirements: wire.requirements,
    queuedAt: Date.parse(wire.queuedAt),
    ...deadlineOf(wire.dueAt, wire.windowUntil),
    sticky: wire.sticky && { agentId: wire.sticky.agentId, until: Date.parse(wire.sticky.until) },
    preferredIds: wire.preferredIds,
    forbiddenIds: wire.forbiddenIds,
    passedOver,
    overflowed
  }
}

/** The clocks of nodes may differ by so much. */
const clocksDifferMs = 2000

/**
 * An item from the future is left of a clock that was set back. It waits from now, with its times moved along: nobody
 * who comes later goes before it, and nothing that its age brings is an hour late.
 */
export function notFromFuture(item: WaitingItem, now: number): WaitingItem {
  const early = item.queuedAt - now
  if (early <= clocksDifferMs) return item
  return {
    ...item,
    queuedAt: now,
    dueAt: item.dueAt === null ? null : item.dueAt - early,
    sticky: item.sticky && { ...item.sticky, until: item.sticky.until - early }
  }
}

/** The day that counts for the fair share, YYYY-MM-DD in UTC. */
export const dayOf = (moment: Date) => moment.toISOString().slice(0, 10)

/** An agent as the core sees them. */
export function candidateOf(catalog: Catalog, agent: FloorAgent, today = dayOf(new Date())): Candidate {
  return {
    id: agent.id,
    version: agent.version,
    presence: agent.presence.state,
    teamId: agent.teamId,
    queueIds: queuesOf(catalog, agent),
    skills: agent.skills,
    capacity: capacityOf(catalog, agent),
    holds: agent.holds,
    idleSince: agent.idleSince,
    handledToday: agent.handled.day === today ? agent.handled.count : 0
  }
}

const unknownQueue: QueueRules = {
  agentChoice: 'longest-idle',
  order: 'first-in',
  horizonMs: 0,
  relaxation: { steps: [], ending: { rule: 'never' } },
  stickySkillNeeded: true
}

/** What a queue says about its items, as the core reads it. */
export function rulesOf(queue: Queue | undefined): QueueRules {
  if (!queue) return unknownQueue
  return {
    agentChoice: queue.agentChoice,
    order: queue.order,
    horizonMs: Math.max(0, ...queue.targets.map(({ seconds }) => seconds * 1000)),
    relaxation: queue.relaxation,
    stickySkillNeeded: queue.sticky.skillNeeded
  }
}
