import type { Preview, Reason } from '@palabre/config/contract/routing'
import type { Queue } from '@palabre/config/contract/setting'
import { floorOf } from '../agents/floor.ts'
import type { Hub } from '../hub.ts'
import {
  Interaction,
  hintsOf,
  presentInteraction,
  type InteractionDoc
} from '../interactions/interaction.model.ts'
import { found } from '../refuse.ts'
import { catalogOf } from '../settings/catalog.ts'
import { checkQueue } from '../settings/check-queue.ts'
import { explain } from './core/explain.ts'
import { match } from './core/match.ts'
import { placeOf } from './core/order.ts'
import type { Candidate, QueueRules, WaitingItem } from './core/picture.ts'
import { candidateOf, itemOf, rulesOf } from './picture.ts'

const shown = 20
/** So many that wait are looked at; a longer queue is previewed by its oldest. */
const looked = 2000

/** Why nobody is offered an item. Who is free for it by themselves is given something that comes before it. */
function whyNobody(
  item: WaitingItem,
  agents: readonly Candidate[],
  rules: QueueRules,
  now: number
): Reason[] {
  return explain(item, agents, rules, [], now).why.map((reason) =>
    reason.code === 'about-to-be-offered' ? { code: 'others-first', figures: reason.figures } : reason
  )
}

/**
 * Who would be offered what waits in a queue at this moment, if it had these rules, or why nobody. Nothing is changed.
 * Refuses what saving the rules would refuse.
 */
export async function previewQueue(hub: Hub, id: string, change: Partial<Queue>): Promise<Preview> {
  const catalog = await catalogOf(hub)
  const saved = found(catalog.queue(id) ?? null)
  await checkQueue(id, change)
  const queue: Queue = { ...saved, ...change }
  const rules = rulesOf(queue)
  const floor = await floorOf(hub)
  const now = Date.now()
  const filter = { queueId: id, state: 'queued' as const }
  const [waiting, docs] = await Promise.all([
    Interaction.countDocuments(filter),
    Interaction.find(filter, { log: 0 }).sort({ queuedAt: 1 }).limit(looked).lean() as unknown as Promise<
      InteractionDoc[]
    >
  ])
  const wires = docs.map((doc) => ({
    wire: presentInteraction({ ...doc, log: [] }),
    // What came with the queue's own requirements comes with the new ones.
    item: {
      ...itemOf(presentInteraction({ ...doc, log: [] }), hintsOf(doc)),
      ...(JSON.stringify(doc.requirements) === JSON.stringify(saved.requirements) && {
        requirements: queue.requirements
      }),
      priority: doc.priority - saved.priority + queue.priority
    }
  }))
  const agents = [...floor.agents.values()]
    .filter(({ archived }) => !archived)
    .map((agent) => candidateOf(catalog, agent))
  const matches = new Map(
    match(
      wires.map(({ item }) => item),
      agents,
      () => rules,
      now
    ).map((one) => [one.item.id, one])
  )
  const first = wires
    .sort((a, b) => placeOf(a.item, rules, now) - placeOf(b.item, rules, now))
    .slice(0, shown)
  return {
    waiting,
    items: first.map(({ wire, item }) => {
      const decided = matches.get(wire.id)
      return {
        interactionId: wire.id,
        contactName: wire.contactName,
        waitedSeconds: Math.max(0, Math.round((now - Date.parse(wire.queuedAt)) / 1000)),
        agentId: decided?.agentId ?? null,
        agentName: decided ? (floor.agents.get(decided.agentId)?.name ?? null) : null,
        reasons: decided?.reasons ?? whyNobody(item, agents, rules, now)
      }
    })
  }
}
