import { hasRoom, loadOf } from '@palabre/hub/routing/core/capacity'
import { compareAgents } from '@palabre/hub/routing/core/choose'
import { placeOf } from '@palabre/hub/routing/core/order'
import type { Candidate, WaitingItem } from '@palabre/hub/routing/core/picture'
import { askedAt, meetsAll, stageAfter, worksFor } from '@palabre/hub/routing/core/requirement'
import { rulesOf } from './traffic.ts'

/**
 * The baseline: the same rules without an index. Each event filters and sorts all that waits, or all agents; no
 * reasons.
 */

const askedOf = (item: WaitingItem, now: number) => {
  const { relaxation } = rulesOf(item.queueId)
  return askedAt(item.requirements, relaxation, stageAfter(relaxation, now - item.queuedAt))
}
const mayTake = (agent: Candidate, item: WaitingItem, now: number) => {
  const asked = askedOf(item, now)
  return worksFor(agent, item.queueId, asked) && meetsAll(agent, asked.requirements)
}

/** What an agent who became free is offered. */
export function takenBy(
  agent: Candidate,
  waiting: readonly WaitingItem[],
  now: number
): WaitingItem | undefined {
  return waiting
    .filter((item) => hasRoom(agent.capacity, agent.holds, item.medium) && mayTake(agent, item, now))
    .sort(
      (a, b) =>
        placeOf(a, rulesOf(a.queueId), now) - placeOf(b, rulesOf(b.queueId), now) ||
        a.queuedAt - b.queuedAt ||
        (a.id < b.id ? -1 : 1)
    )[0]
}

/** Who is offered what arrived. */
export function takerOf(item: WaitingItem, agents: readonly Candidate[], now: number): Candidate | undefined {
  const asked = askedOf(item, now)
  const { agentChoice } = rulesOf(item.queueId)
  return agents
    .filter((agent) => hasRoom(agent.capacity, agent.holds, item.medium) && mayTake(agent, item, now))
    .map((agent) => ({ ...agent, given: 0, load: loadOf(agent) }))
    .sort((a, b) => compareAgents(a, b, asked, agentChoice))[0]
}
