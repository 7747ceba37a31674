import { buildIntervals, type StandingFact } from '../intervals/build.ts'
import { Fact } from '../record/fact.model.ts'
import type { Hub } from '../hub.ts'
import { presentQuarter } from '../figures/mine.ts'
import { Rollup, presentRollup, type RollupDoc } from './rollup.model.ts'
import { applyBatch, beginBatch, endBatch, readBatch, type BatchDoc } from './batch.ts'
import { sumUp } from './contributions.ts'

const atOnce = 2000

/**
 * Makes intervals and sums of the facts that came since the last time; returns how many. Each fact is added exactly once
 * however often this is killed, frozen, or runs twice: a batch is written down before it is added, and batches come one
 * after the other.
 */
export async function takeFacts(hub: Hub): Promise<number> {
  const last = await readBatch()
  await finish(hub, last)
  // Read after the last batch was finished: what is fresh now is in none.
  const facts = (await Fact.find({ fresh: true })
    .sort({ at: 1 })
    .limit(atOnce)
    .lean()) as unknown as StandingFact[]
  if (facts.length === 0) return 0
  await buildIntervals(facts)
  const ids = facts.map(({ _id }) => _id)
  if (await beginBatch(last, sumUp(facts), ids)) await finish(hub, await readBatch())
  return facts.length
}

async function finish(hub: Hub, batch: BatchDoc) {
  if (batch.factIds.length === 0) return
  await applyBatch(batch)
  await tell(hub, batch)
  await Fact.updateMany({ _id: { $in: batch.factIds } }, { $unset: { fresh: '' } })
  await endBatch(batch)
}

/** Nodes hear the sums as they are now, and tell their boards; told twice, or late, the newest counts. */
async function tell(hub: Hub, { adds }: BatchDoc) {
  const docs = (await Rollup.find({ _id: { $in: adds.map(({ key }) => key._id) } }).lean()) as RollupDoc[]
  if (docs.length > 0)
    hub.stream.publish({
      name: 'quarters.changed',
      payload: { quarters: docs.map(presentRollup) },
      topics: []
    })
  tellAgents(hub, docs)
}

/** Each agent hears her own, one event for all of a batch. */
function tellAgents(hub: Hub, docs: RollupDoc[]) {
  const byAgent = new Map<string, RollupDoc[]>()
  for (const doc of docs)
    if (doc.kind === 'agent' && doc.agentId !== null)
      byAgent.set(doc.agentId, [...(byAgent.get(doc.agentId) ?? []), doc])
  for (const [agentId, quarters] of byAgent)
    hub.stream.publish({
      name: 'figures.changed',
      payload: { agentId, quarters: quarters.map(presentQuarter) },
      topics: [`agent:${agentId}`]
    })
}
