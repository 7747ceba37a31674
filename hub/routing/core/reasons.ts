import type { Reason, Requirement } from '@palabre/config/contract/routing'
import type { Chooser } from './choose.ts'
import type { QueueRules, WaitingItem } from './picture.ts'
import type { Asked } from './requirement.ts'

/** What the item's group asks for, and of whom. */
interface Asking {
  rules: QueueRules
  asked: Asked
  stage: number
  heldFor: string | null
  passedOver: readonly string[]
  preferred: readonly string[]
  /** How many of those who could take it are not there. */
  away: number
}

const seconds = (ms: number) => Math.max(0, Math.round(ms / 1000))

/** The skills by which the agent fits, as far as single ones are asked for. */
function skillReasons(agent: Chooser, requirements: readonly Requirement[]): Reason[] {
  const reasons: Reason[] = []
  for (const required of requirements) {
    if ('skillId' in required)
      reasons.push({
        code: 'skill',
        figures: {
          skillId: required.skillId,
          needed: required.level,
          has: agent.skills.find(({ skillId }) => skillId === required.skillId)?.level ?? 0
        }
      })
    else if ('all' in required) reasons.push(...skillReasons(agent, required.all))
    else if ('agentIds' in required) reasons.push({ code: 'named', figures: {} })
    else reasons.push({ code: 'rule', figures: {} })
  }
  return reasons
}

/**
 * Why this agent is offered this item, and who else could have been and why not: of so many who could take it, so many
 * are free.
 */
export function reasonsFor(
  item: WaitingItem,
  agent: Chooser,
  { rules, asked, stage, heldFor, passedOver, preferred, away }: Asking,
  { eligible, free }: { eligible: number; free: number },
  now: number
): Reason[] {
  const reasons: Reason[] = [{ code: 'waited', figures: { seconds: seconds(now - item.queuedAt) } }]
  if (heldFor !== null) reasons.push({ code: 'sticky', figures: {} })
  else if (item.sticky) reasons.push({ code: 'sticky-gone', figures: { agentId: item.sticky.agentId } })
  if (preferred.includes(agent.id)) reasons.push({ code: 'preferred', figures: {} })
  if (stage > rules.relaxation.steps.length) reasons.push({ code: 'anyone', figures: {} })
  else if (stage > 0)
    reasons.push({ code: 'relaxed', figures: { step: stage, steps: rules.relaxation.steps.length } })
  reasons.push(...skillReasons(agent, asked.requirements))

  const busy = eligible - free - away
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
  for (const agentId of passedOver.slice(0, 5)) reasons.push({ code: 'passed-over', figures: { agentId } })
  return reasons
}
