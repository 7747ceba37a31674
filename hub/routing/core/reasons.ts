import type { Reason, Requirement } from '@palabre/config/contract/routing'
import type { Chooser } from './choose.ts'
import type { QueueRules, WaitingItem } from './picture.ts'
import type { Asked } from './requirement.ts'

interface Choice {
  rules: QueueRules
  asked: Asked
  stage: number
  heldFor: string | null
  bit: number
  passedOver: readonly string[]
  preferred: readonly string[]
  eligible: ReadonlySet<Chooser & { room: number }>
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

/** Why this agent is offered this item, and who else could have been and why not. */
export function reasonsFor(item: WaitingItem, agent: Chooser, choice: Choice, now: number): Reason[] {
  const { rules, asked, stage, heldFor, bit, passedOver, preferred, eligible } = choice
  const reasons: Reason[] = [{ code: 'waited', figures: { seconds: seconds(now - item.queuedAt) } }]
  if (heldFor !== null) reasons.push({ code: 'sticky', figures: {} })
  else if (item.sticky) reasons.push({ code: 'sticky-gone', figures: { agentId: item.sticky.agentId } })
  if (preferred.includes(agent.id)) reasons.push({ code: 'preferred', figures: {} })
  if (stage > rules.relaxation.steps.length) reasons.push({ code: 'anyone', figures: {} })
  else if (stage > 0)
    reasons.push({ code: 'relaxed', figures: { step: stage, steps: rules.relaxation.steps.length } })
  reasons.push(...skillReasons(agent, asked.requirements))

  let free = 0
  let busy = 0
  let away = 0
  for (const other of eligible) {
    if (other.presence !== 'ready') away++
    else if (other.room & bit) free++
    else busy++
  }
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
