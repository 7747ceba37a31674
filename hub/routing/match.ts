import type { Capacity, PresenceState } from '@palabre/config/contract/agent'
import type { Interaction, Reason, Requirement } from '@palabre/config/contract/interaction'

type Medium = Interaction['medium']

/** A waiting interaction as the match sees it. Times in ms since the epoch. */
export interface WaitingItem {
  id: string
  version: number
  /** Length of its log, which the offer appends to. */
  logged: number
  queueId: string
  medium: Medium
  priority: number
  requirements: Requirement[]
  queuedAt: number
  dueAt: number | null
  sticky: { agentId: string; until: number } | null
  passedOver: string[]
}

export interface Candidate {
  id: string
  version: number
  presence: PresenceState
  teamQueueIds: ReadonlySet<string>
  skills: { skillId: string; level: number }[]
  capacity: Capacity
  holds: { medium: Medium; interactionId: string }[]
  idleSince: number
}

export type AgentChoice = 'longest-idle' | 'least-loaded' | 'best-skilled'

export interface QueueRules {
  agentChoice: AgentChoice
}

/** A decision: this item to this agent, because. */
export interface Match {
  item: WaitingItem
  agentId: string
  reasons: Reason[]
}

/** Urgent work is never blocked by what can be interrupted; on the phone nothing else is offered. */
const interruptible: ReadonlySet<Medium> = new Set(['email', 'social'])
const exclusive: ReadonlySet<Medium> = new Set(['voice', 'callback'])

const minute = 60_000
/** Points that an item gains while its target runs out: as much as ten minutes of waiting. */
const urgencyPoints = 10

/**
 * Place in the order: minutes waiting + priority + urgency of the service level (0 at arrival, 10 when it is broken).
 * One point is one minute.
 */
export function scoreOf(item: WaitingItem, now: number): number {
  const waited = (now - item.queuedAt) / minute
  const span = item.dueAt === null ? 0 : item.dueAt - item.queuedAt
  const used = span > 0 ? Math.min(1, Math.max(0, (now - item.queuedAt) / span)) : 0
  return waited + item.priority + urgencyPoints * used * used
}

/** Has the agent room for one more of this medium? */
export function hasRoom(agent: Pick<Candidate, 'capacity' | 'holds'>, medium: Medium): boolean {
  const limit = agent.capacity[medium] ?? 0
  if (agent.holds.filter((hold) => hold.medium === medium).length >= limit) return false
  const exclusiveHeld = agent.holds.some((hold) => exclusive.has(hold.medium))
  if (exclusiveHeld) return false
  // A call needs both ears: no other urgent work at the same time, in either order.
  if (exclusive.has(medium)) return agent.holds.every((hold) => interruptible.has(hold.medium))
  return true
}

/** Does the agent work this queue, and have every skill that the item asks for? */
export function isSkilled(agent: Candidate, item: Pick<WaitingItem, 'queueId' | 'requirements'>): boolean {
  return (
    agent.teamQueueIds.has(item.queueId) &&
    item.requirements.every(({ skillId, level }) =>
      agent.skills.some((skill) => skill.skillId === skillId && skill.level >= level)
    )
  )
}

const loadOf = (agent: Candidate) => {
  const total = Object.values(agent.capacity).reduce((sum, limit) => sum + limit, 0)
  return total === 0 ? 1 : agent.holds.length / total
}

const proficiencyOf = (agent: Candidate, item: WaitingItem) =>
  item.requirements.reduce(
    (sum, { skillId }) => sum + (agent.skills.find((skill) => skill.skillId === skillId)?.level ?? 0),
    0
  )

/** Negative when `a` is the better choice. The id decides last, so that the same picture gives the same answer. */
function compare(a: Candidate, b: Candidate, item: WaitingItem, choice: AgentChoice): number {
  const byIdle = a.idleSince - b.idleSince
  const byLoad = loadOf(a) - loadOf(b)
  const bySkill = proficiencyOf(b, item) - proficiencyOf(a, item)
  const order = {
    'longest-idle': [byIdle, byLoad, bySkill],
    'least-loaded': [byLoad, byIdle, bySkill],
    'best-skilled': [bySkill, byIdle, byLoad]
  }[choice]
  return order.find((difference) => difference !== 0) ?? (a.id < b.id ? -1 : 1)
}

/** Who of the skilled may be offered the item now: sticky and earlier refusals counted. */
function eligible(item: WaitingItem, skilled: Candidate[], now: number): Candidate[] {
  if (item.sticky && now < item.sticky.until) {
    const { agentId } = item.sticky
    const preferred = skilled.find((agent) => agent.id === agentId)
    // Held for them only while they are there and did not refuse it.
    if (preferred && preferred.presence !== 'offline' && !item.passedOver.includes(agentId))
      return preferred.presence === 'ready' ? [preferred] : []
  }
  // Somebody else who is at capacity is nobody else: the item would wait although an agent is free.
  const free = skilled.filter((agent) => agent.presence === 'ready' && hasRoom(agent, item.medium))
  const others = free.filter((agent) => !item.passedOver.includes(agent.id))
  return others.length > 0 ? others : free
}

function reasonsFor(
  item: WaitingItem,
  agent: Candidate,
  choice: AgentChoice,
  among: number,
  now: number
): Reason[] {
  const reasons: Reason[] = [
    { code: 'waited', figures: { seconds: Math.max(0, Math.round((now - item.queuedAt) / 1000)) } }
  ]
  if (item.sticky?.agentId === agent.id && now < item.sticky.until)
    reasons.push({ code: 'sticky', figures: {} })
  for (const { skillId, level } of item.requirements)
    reasons.push({
      code: 'skill',
      figures: {
        skillId,
        needed: level,
        has: agent.skills.find((skill) => skill.skillId === skillId)?.level ?? 0
      }
    })
  reasons.push({
    code: choice,
    figures: { among, idleSeconds: Math.max(0, Math.round((now - agent.idleSince) / 1000)) }
  })
  if (item.passedOver.length > 0)
    reasons.push({ code: 'passed-over', figures: { agents: item.passedOver.length } })
  return reasons
}

/**
 * The matching itself: waiting items and agents of one partition at one moment → who is offered what, and why. Pure
 * and deterministic. Capacity is counted with what the match itself gives away.
 */
export function match(
  items: WaitingItem[],
  agents: Candidate[],
  rulesOf: (queueId: string) => QueueRules,
  now: number
): Match[] {
  const picture = agents.map((agent) => ({ ...agent, holds: [...agent.holds] }))
  const ordered = items
    .map((item) => ({ item, score: scoreOf(item, now) }))
    .sort(
      (a, b) => b.score - a.score || a.item.queuedAt - b.item.queuedAt || (a.item.id < b.item.id ? -1 : 1)
    )
  const matches: Match[] = []
  // Room only shrinks during one match: once nobody ready has any for a medium, none of its items can be placed.
  const exhausted = new Set<Medium>()
  for (const { item } of ordered) {
    if (exhausted.has(item.medium)) continue
    const skilled = picture.filter((agent) => isSkilled(agent, item))
    const free = eligible(item, skilled, now).filter((agent) => hasRoom(agent, item.medium))
    if (free.length === 0) {
      if (!picture.some((agent) => agent.presence === 'ready' && hasRoom(agent, item.medium)))
        exhausted.add(item.medium)
      continue
    }
    const { agentChoice } = rulesOf(item.queueId)
    const best = free.reduce((a, b) => (compare(a, b, item, agentChoice) <= 0 ? a : b))
    matches.push({ item, agentId: best.id, reasons: reasonsFor(item, best, agentChoice, free.length, now) })
    best.holds.push({ medium: item.medium, interactionId: item.id })
    // Given work, an agent goes to the end of the idle order.
    best.idleSince = Math.max(now, ...picture.map((agent) => agent.idleSince)) + 1
  }
  return matches
}
