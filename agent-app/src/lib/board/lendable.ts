import type { Agent } from '@palabre/config/contract/agent'
import type { Requirement } from '@palabre/config/contract/routing'
import type { Queue, Team } from '@palabre/config/contract/setting'

export interface Lendable {
  agent: Agent
  /** Meets all that the queue asks for. */
  isSkilled: boolean
  /** How much takes a place at the moment. */
  inHand: number
}

/** Whether an agent meets what is asked, as the hub's routing reads it. */
export function meets(agent: Pick<Agent, 'id' | 'skills'>, asked: Requirement): boolean {
  if ('skillId' in asked) {
    const level = agent.skills.find(({ skillId }) => skillId === asked.skillId)?.level ?? 0
    return level >= asked.level && level <= (asked.upTo ?? Infinity)
  }
  if ('agentIds' in asked) return asked.agentIds.includes(agent.id)
  if ('all' in asked) return asked.all.every((one) => meets(agent, one))
  if ('any' in asked) return asked.any.some((one) => meets(agent, one))
  return !meets(agent, asked.not)
}

const isLent = (agent: Agent, queueId: string, now: number) =>
  agent.loans.some((loan) => loan.queueId === queueId && Date.parse(loan.until) > now)

/** Agents who are ready and do not work the queue: who has the skills first, then who has least in hand. */
export function lendableTo(
  queue: Pick<Queue, 'id' | 'requirements'>,
  agents: readonly Agent[],
  teams: readonly Pick<Team, 'id' | 'queueIds'>[],
  now: number
): Lendable[] {
  const works = new Set(teams.filter(({ queueIds }) => queueIds.includes(queue.id)).map(({ id }) => id))
  return agents
    .filter(
      (agent) =>
        agent.presence.state === 'ready' && !works.has(agent.teamId ?? '') && !isLent(agent, queue.id, now)
    )
    .map((agent) => ({
      agent,
      isSkilled: queue.requirements.every((one) => meets(agent, one)),
      inHand: agent.holds.filter(({ parked }) => parked === null).length
    }))
    .sort(
      (a, b) =>
        Number(b.isSkilled) - Number(a.isSkilled) ||
        a.inHand - b.inHand ||
        a.agent.name.localeCompare(b.agent.name)
    )
}

/** Agents who are lent to the queue, who goes back first first. */
export const lentTo = (queueId: string, agents: readonly Agent[], now: number) =>
  agents
    .flatMap((agent) =>
      agent.loans
        .filter((loan) => loan.queueId === queueId && Date.parse(loan.until) > now)
        .map(({ until }) => ({ agent, until }))
    )
    .sort((a, b) => a.until.localeCompare(b.until))
