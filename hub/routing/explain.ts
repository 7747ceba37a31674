import type { Explanation } from '@palabre/config/contract/routing'
import { floorOf } from '../agents/floor.ts'
import type { Hub } from '../hub.ts'
import { findInteraction } from '../interactions/find.ts'
import {
  Interaction,
  hintsOf,
  presentInteraction,
  type InteractionDoc
} from '../interactions/interaction.model.ts'
import { isAgentWithin, scopeOf, type Who } from '../sessions/who.ts'
import { catalogOf } from '../settings/catalog.ts'
import { explain } from './core/explain.ts'
import { placeOf, scoreOf } from './core/order.ts'
import { candidateOf, deadlineOf, itemOf, rulesOf } from './picture.ts'

type Waiting = Pick<InteractionDoc, '_id' | 'queuedAt' | 'dueAt' | 'windowUntil' | 'priority'>

/** Place in the order of the queue (1 is next). */
async function positionOf(
  interaction: InteractionDoc,
  place: (item: { queuedAt: number; dueAt: number | null; priority: number }) => number
): Promise<number> {
  const waiting = (await Interaction.find(
    { queueId: interaction.queueId, state: 'queued' },
    { queuedAt: 1, dueAt: 1, windowUntil: 1, priority: 1 }
  ).lean()) as Waiting[]
  const placed = ({ queuedAt, dueAt, windowUntil, priority }: Waiting) =>
    place({ queuedAt: queuedAt.getTime(), dueAt: deadlineOf(dueAt, windowUntil).dueAt, priority })
  const own = placed(interaction)
  return waiting.filter((other) => placed(other) < own).length + 1
}

/** Why an interaction waits, what happens next, and when. Agents see colleagues of their own team by name only. */
export async function explainInteraction(hub: Hub, who: Who, id: string): Promise<Explanation> {
  const doc = await findInteraction(hub, who, id)
  const [catalog, floor, scope] = await Promise.all([catalogOf(hub), floorOf(hub), scopeOf(hub, who)])
  const now = Date.now()
  const item = itemOf(presentInteraction(doc), hintsOf(doc))
  const queue = catalog.queue(item.queueId)
  const rules = rulesOf(queue)
  const agents = [...floor.agents.values()].filter(({ archived }) => !archived)
  const waits = doc.state === 'queued'
  const explained = explain(
    item,
    agents.map((agent) => candidateOf(catalog, agent)),
    rules,
    queue?.overflow ?? [],
    now
  )
  return {
    interactionId: item.id,
    queueId: item.queueId,
    position: waits ? await positionOf(doc, (other) => placeOf(other, rules, now)) : null,
    estimateSeconds: doc.estimate?.seconds ?? null,
    score: scoreOf(item, now),
    agents: explained.agents,
    why: waits
      ? explained.why
      : doc.offer
        ? [{ code: 'offered', figures: { agentId: doc.offer.agentId.toHexString() } }, ...doc.offer.reasons]
        : [{ code: `is-${doc.state}`, figures: {} }],
    nearest: !waits
      ? []
      : explained.nearest.flatMap(({ agentId, reason }) => {
          const agent = floor.agents.get(agentId)
          return agent && isAgentWithin(scope, agent) ? [{ agentId, name: agent.name, reason }] : []
        }),
    next: waits ? explained.next : []
  }
}
