import { openEngine } from './engine.ts'
import type { Candidate, Match, QueueRules, WaitingItem } from './picture.ts'

/**
 * The matching of one moment: waiting items and agents → who is offered what, and why. Pure and deterministic.
 * Capacity is counted with what the match itself gives away.
 */
export function match(
  items: readonly WaitingItem[],
  agents: readonly Candidate[],
  rulesOf: (queueId: string) => QueueRules,
  now: number
): Match[] {
  const engine = openEngine(rulesOf)
  for (const agent of agents) engine.putAgent(agent, now)
  for (const item of items) engine.putItem(item, now)
  return engine.decide(now)
}
