import type { Explanation, OverflowRule, Reason, Requirement } from '@palabre/config/contract/routing'
import { hasRoom } from './capacity.ts'
import { ruleKey } from './overflow.ts'
import type { Candidate, QueueRules, WaitingItem } from './picture.ts'
import { nextUrgency, urgencyOf } from './order.ts'
import { askedAt, meets, stageAfter, worksFor, type Asked } from './requirement.ts'

const nearestShown = 10

type Part = 'free' | 'busy' | 'away' | 'declined' | 'lacking' | 'barred'
const partOrder: Part[] = ['free', 'busy', 'away', 'declined', 'lacking', 'barred']

interface Standing {
  agent: Candidate
  part: Part
  reason: Reason
}

export type Explained = Pick<Explanation, 'why' | 'agents' | 'next'> & {
  nearest: { agentId: string; reason: Reason }[]
}

const levelOf = (agent: Candidate, skillId: string) =>
  agent.skills.find((skill) => skill.skillId === skillId)?.level ?? 0

function lacking(agent: Candidate, requirements: readonly Requirement[]): Reason | null {
  const missing = requirements.find((required) => !meets(agent, required))
  if (!missing) return null
  if ('skillId' in missing)
    return {
      code: 'lacks-skill',
      figures: { skillId: missing.skillId, needed: missing.level, has: levelOf(agent, missing.skillId) }
    }
  if ('all' in missing) return lacking(agent, missing.all)
  return { code: 'agentIds' in missing ? 'not-named' : 'lacks-rule', figures: {} }
}

function standingOf(agent: Candidate, item: WaitingItem, asked: Asked, heldFor: string | null): Standing {
  const as = (part: Part, code: string, figures: Reason['figures'] = {}): Standing => ({
    agent,
    part,
    reason: { code, figures }
  })
  if (item.forbiddenIds.includes(agent.id)) return as('barred', 'forbidden')
  if (heldFor !== null && heldFor !== agent.id) return as('barred', 'held-for-other')
  const missing = heldFor === null ? lacking(agent, asked.requirements) : null
  if (missing) return { agent, part: 'lacking', reason: missing }
  if (agent.presence !== 'ready') return as('away', 'away', { state: agent.presence })
  if (!hasRoom(agent.capacity, agent.holds, item.medium)) {
    const blocking = agent.holds.find(
      (hold) => hold.parked === null && !agent.capacity.interruptedBy[hold.medium].includes(item.medium)
    )
    return blocking
      ? as('busy', 'busy-with', { medium: blocking.medium })
      : as('busy', 'at-capacity', { medium: item.medium, places: agent.capacity.places[item.medium] ?? 0 })
  }
  if (item.passedOver.includes(agent.id)) return as('declined', 'declined')
  return as('free', 'free')
}

/** For whom the item is held now, as the engine would. */
function holderOf(
  item: WaitingItem,
  agents: readonly Candidate[],
  rules: QueueRules,
  asked: Asked,
  now: number
): string | null {
  if (!item.sticky || now >= item.sticky.until) return null
  const agent = agents.find(({ id }) => id === item.sticky?.agentId)
  if (!agent || agent.presence === 'offline') return null
  if (item.passedOver.includes(agent.id) || item.forbiddenIds.includes(agent.id)) return null
  const fits = worksFor(agent, item.queueId, asked) && lacking(agent, asked.requirements) === null
  return fits || !rules.stickySkillNeeded ? agent.id : null
}

function whyOf(
  counts: Explained['agents'],
  among: number,
  declined: number,
  heldFor: string | null,
  item: WaitingItem
): Reason[] {
  if (heldFor !== null)
    return [
      { code: 'held', figures: { agentId: heldFor, until: new Date(item.sticky!.until).toISOString() } }
    ]
  if (counts.free > 0 || declined > 0)
    return [{ code: 'about-to-be-offered', figures: { agents: counts.free } }]
  if (among === 0) return [{ code: 'nobody-works-here', figures: {} }]
  if (counts.eligible === 0) return [{ code: 'nobody-skilled', figures: { lacking: counts.lacking } }]
  if (counts.busy === 0) return [{ code: 'nobody-there', figures: { away: counts.away } }]
  return [{ code: 'all-busy', figures: { busy: counts.busy, away: counts.away } }]
}

function nextOf(
  item: WaitingItem,
  rules: QueueRules,
  overflow: readonly OverflowRule[],
  counts: Explained['agents'],
  heldFor: string | null,
  now: number
): Explained['next'] {
  const next: { at: number | null; reason: Reason }[] = []
  const later = (at: number, code: string, figures: Reason['figures'] = {}) => {
    if (at > now) next.push({ at, reason: { code, figures } })
  }
  const { steps, ending } = rules.relaxation
  steps.forEach((step, i) => {
    later(item.queuedAt + step.afterSeconds * 1000, 'relaxes', {
      step: i + 1,
      lowerLevelsBy: step.lowerLevelsBy,
      dropped: step.dropSkillIds.length,
      queues: step.addQueueIds.length,
      teams: step.addTeamIds.length
    })
  })
  if (ending.rule === 'anyone') later(item.queuedAt + ending.afterSeconds * 1000, 'anyone')
  if (heldFor !== null && item.sticky) later(item.sticky.until, 'held-ends')
  if (item.dueAt !== null) later(item.dueAt, item.windowShuts ? 'window-shuts' : 'target-broken')
  const urgent = nextUrgency(item, now)
  if (urgent !== null) later(urgent, 'urgency', { points: urgencyOf(item, urgent) })
  for (const rule of overflow) {
    const applies = rule.media.length === 0 || rule.media.includes(item.medium)
    if (rule.when.kind !== 'waited' || !applies || item.overflowed.includes(ruleKey(item.queueId, rule)))
      continue
    later(item.queuedAt + rule.when.seconds * 1000, 'overflows', {
      action: rule.then.kind,
      ...(rule.then.kind === 'queue' && { queueId: rule.then.queueId }),
      ...(rule.then.kind === 'suggest' && { what: rule.then.what })
    })
  }
  next.sort((a, b) => a.at! - b.at!)
  if (counts.busy > 0)
    next.unshift({ at: null, reason: { code: 'place-free', figures: { agents: counts.busy } } })
  else if (counts.away > 0)
    next.unshift({ at: null, reason: { code: 'comes-back', figures: { agents: counts.away } } })
  return next.map(({ at, reason }) => ({ at: at === null ? null : new Date(at).toISOString(), reason }))
}

/** Why an item waits, who is nearest to taking it, and what comes next. Pure. */
export function explain(
  item: WaitingItem,
  agents: readonly Candidate[],
  rules: QueueRules,
  overflow: readonly OverflowRule[],
  now: number
): Explained {
  const stage = stageAfter(rules.relaxation, now - item.queuedAt)
  const asked = askedAt(item.requirements, rules.relaxation, stage)
  const heldFor = holderOf(item, agents, rules, asked, now)
  const standings = agents
    .filter((agent) => agent.id === heldFor || worksFor(agent, item.queueId, asked))
    .map((agent) => standingOf(agent, item, asked, heldFor))
  const count = (part: Part) => standings.filter((one) => one.part === part).length
  const counts = {
    free: count('free'),
    busy: count('busy'),
    away: count('away'),
    lacking: count('lacking'),
    eligible: count('free') + count('busy') + count('away') + count('declined')
  }
  const nearest = [...standings]
    .sort(
      (a, b) => partOrder.indexOf(a.part) - partOrder.indexOf(b.part) || (a.agent.id < b.agent.id ? -1 : 1)
    )
    .slice(0, nearestShown)
    .map(({ agent, reason }) => ({ agentId: agent.id, reason }))
  return {
    why: whyOf(counts, standings.length, count('declined'), heldFor, item),
    agents: counts,
    nearest,
    next: nextOf(item, rules, overflow, counts, heldFor, now)
  }
}
