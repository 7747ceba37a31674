import type { Reason, Requirement } from '@palabre/config/contract/routing'
import type { Chooser } from './choose.ts'
import type { QueueRules, WaitingItem } from './picture.ts'
import type { Asked } from './requirement.ts'

/** What the item's group asks for, and of whom. */
export interface Asking {
  readonly rules: QueueRules
  readonly asked: Asked
  readonly stage: number
  readonly heldFor: string | null
  readonly passedOver: readonly string[]
  readonly preferred: readonly string[]
}

/** The agent as they were chosen. */
export type Chosen = Pick<Chooser, 'id' | 'skills' | 'idleSince' | 'load' | 'handledToday'>

/** How many could take it: with room, without, and not there. */
interface Others {
  free: number
  busy: number
  away: number
}

const seconds = (ms: number) => Math.max(0, Math.round(ms / 1000))

const levelOf = ({ skills }: Chosen, skillId: string): number => {
  for (let i = 0; i < skills.length; i++) if (skills[i]!.skillId === skillId) return skills[i]!.level
  return 0
}

/** Adds the skills by which the agent fits, as far as single ones are asked for. */
function addSkills(reasons: Reason[], agent: Chosen, requirements: readonly Requirement[]) {
  for (let i = 0; i < requirements.length; i++) {
    const required = requirements[i]!
    if ('skillId' in required) {
      const { skillId, level } = required
      reasons.push({ code: 'skill', figures: { skillId, needed: level, has: levelOf(agent, skillId) } })
    } else if ('all' in required) addSkills(reasons, agent, required.all)
    else if ('agentIds' in required) reasons.push({ code: 'named', figures: {} })
    else reasons.push({ code: 'rule', figures: {} })
  }
}

/**
 * Why this agent is offered this item, and who else could have been and why not: of so many who could take it, so many
 * are free.
 */
export function reasonsFor(
  item: WaitingItem,
  agent: Chosen,
  { rules, asked, stage, heldFor, passedOver, preferred }: Asking,
  { free, busy, away }: Others,
  now: number
): Reason[] {
  const reasons: Reason[] = [{ code: 'waited', figures: { seconds: seconds(now - item.queuedAt) } }]
  if (heldFor !== null) reasons.push({ code: 'sticky', figures: {} })
  else if (item.sticky) reasons.push({ code: 'sticky-gone', figures: { agentId: item.sticky.agentId } })
  if (preferred.includes(agent.id)) reasons.push({ code: 'preferred', figures: {} })
  const steps = rules.relaxation.steps.length
  if (stage > steps) reasons.push({ code: 'anyone', figures: {} })
  else if (stage > 0) reasons.push({ code: 'relaxed', figures: { step: stage, steps } })
  addSkills(reasons, agent, asked.requirements)

  reasons.push({
    code: rules.agentChoice,
    figures: {
      among: free,
      idleSeconds: seconds(now - agent.idleSince),
      load: Math.round(agent.load * 100),
      handled: agent.handledToday
    }
  })
  if (busy > 0) reasons.push({ code: 'others-busy', figures: { agents: busy } })
  if (away > 0) reasons.push({ code: 'others-away', figures: { agents: away } })
  for (let i = 0; i < Math.min(5, passedOver.length); i++)
    reasons.push({ code: 'passed-over', figures: { agentId: passedOver[i]! } })
  return reasons
}
