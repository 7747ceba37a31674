import type { Relaxation, RelaxationStep, Requirement } from '@palabre/config/contract/routing'
import type { Candidate } from './picture.ts'

type Skilled = Pick<Candidate, 'id' | 'skills'>

const levelOf = (agent: Skilled, skillId: string): number => {
  for (const skill of agent.skills) if (skill.skillId === skillId) return skill.level
  return 0
}

/** Does the agent have what is required? */
export function meets(agent: Skilled, required: Requirement): boolean {
  if ('skillId' in required) {
    const level = levelOf(agent, required.skillId)
    return level >= required.level && (required.upTo === undefined || level <= required.upTo)
  }
  if ('agentIds' in required) return required.agentIds.includes(agent.id)
  if ('all' in required) return required.all.every((one) => meets(agent, one))
  if ('any' in required) return required.any.some((one) => meets(agent, one))
  return !meets(agent, required.not)
}

export const meetsAll = (agent: Skilled, requirements: readonly Requirement[]): boolean =>
  requirements.every((required) => meets(agent, required))

/** The same text for the same requirements. */
export function textOf(requirements: readonly Requirement[]): string {
  let text = ''
  for (const one of requirements)
    text +=
      'skillId' in one
        ? `${one.skillId}:${String(one.level)}-${String(one.upTo ?? '')},`
        : `${JSON.stringify(one)},`
  return text
}

/** What is asked for after relaxation, and of whom besides the agents of the queue. */
export interface Asked {
  requirements: readonly Requirement[]
  queueIds: readonly string[]
  teamIds: readonly string[]
}

/** Steps of relaxation passed after so many ms; one more than there are steps means "anyone in the queue". */
export function stageAfter({ steps, ending }: Relaxation, waitedMs: number): number {
  if (ending.rule === 'anyone' && waitedMs >= ending.afterSeconds * 1000) return steps.length + 1
  let stage = 0
  for (const step of steps) if (waitedMs >= step.afterSeconds * 1000) stage++
  return stage
}

/** Ms of waiting at which the next step of relaxation comes; null when none does. */
export function nextStage({ steps, ending }: Relaxation, waitedMs: number): number | null {
  let next = Infinity
  const see = (afterSeconds: number) => {
    const ms = afterSeconds * 1000
    if (ms > waitedMs && ms < next) next = ms
  }
  for (const { afterSeconds } of steps) see(afterSeconds)
  if (ending.rule === 'anyone') see(ending.afterSeconds)
  return next === Infinity ? null : next
}

/** A requirement with levels lowered and skills dropped; null when nothing is left of it. */
function soften(required: Requirement, by: number, dropped: ReadonlySet<string>): Requirement | null {
  if ('skillId' in required) {
    if (dropped.has(required.skillId)) return null
    return { ...required, level: Math.max(1, required.level - by) }
  }
  if ('all' in required) {
    const all = required.all.flatMap((one) => soften(one, by, dropped) ?? [])
    return all.length > 0 ? { all } : null
  }
  if ('any' in required) {
    const any = required.any.map((one) => soften(one, by, dropped))
    // One way that asks nothing any more opens the whole.
    return any.includes(null) ? null : { any: any as Requirement[] }
  }
  // What must not be is not softened: it excludes, and stays.
  return required
}

/** What is asked for at a stage. Steps add up. */
export function askedAt(requirements: readonly Requirement[], { steps }: Relaxation, stage: number): Asked {
  if (stage === 0) return { requirements, queueIds: [], teamIds: [] }
  const passed: RelaxationStep[] = [...steps].sort((a, b) => a.afterSeconds - b.afterSeconds).slice(0, stage)
  const queueIds = passed.flatMap((step) => step.addQueueIds)
  const teamIds = passed.flatMap((step) => step.addTeamIds)
  if (stage > steps.length) return { requirements: [], queueIds, teamIds }
  const by = passed.reduce((sum, step) => sum + step.lowerLevelsBy, 0)
  const dropped = new Set(passed.flatMap((step) => step.dropSkillIds))
  return {
    requirements: requirements.flatMap((required) => soften(required, by, dropped) ?? []),
    queueIds,
    teamIds
  }
}

/** Works the agent this queue, or one of the queues and teams that relaxation added? */
export function worksFor(
  agent: Pick<Candidate, 'queueIds' | 'teamId'>,
  queueId: string,
  { queueIds, teamIds }: Pick<Asked, 'queueIds' | 'teamIds'>
): boolean {
  return (
    agent.queueIds.has(queueId) ||
    queueIds.some((id) => agent.queueIds.has(id)) ||
    (agent.teamId !== null && teamIds.includes(agent.teamId))
  )
}

/** Sum of the agent's levels in the skills that are asked for: who knows it best. */
export function proficiencyOf(agent: Skilled, requirements: readonly Requirement[]): number {
  let sum = 0
  for (const required of requirements) {
    if ('skillId' in required) sum += levelOf(agent, required.skillId)
    else if ('all' in required) sum += proficiencyOf(agent, required.all)
    else if ('any' in required)
      sum += Math.max(0, ...required.any.map((one) => (meets(agent, one) ? proficiencyOf(agent, [one]) : 0)))
  }
  return sum
}
