import { quarterMs, quarterOf } from '@palabre/config/figures/quarters'
import type { AgentQuarter } from '@palabre/config/contract/figures'
import { Rollup, type RollupDoc } from '../rollups/rollup.model.ts'

/** An agent's quarters of an hour since a moment, by their own ids: nobody else's are looked at. */
export async function quartersOf(agentId: string, from: Date, until: Date): Promise<AgentQuarter[]> {
  const slots: number[] = []
  for (let slot = quarterOf(+from); slot <= +until; slot += quarterMs) slots.push(slot)
  const docs = (await Rollup.find({
    _id: { $in: slots.map((slot) => [slot, 'agent', agentId].join('|')) }
  })
    .sort({ slot: 1 })
    .lean()) as RollupDoc[]
  return docs.map(presentQuarter)
}

export const presentQuarter = ({ slot, sums, batch }: RollupDoc): AgentQuarter => ({
  slot: slot.toISOString(),
  sums,
  version: batch
})
