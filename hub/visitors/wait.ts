import { Fact } from '../record/fact.model.ts'
import { Interaction, type InteractionDoc } from '../interactions/interaction.model.ts'

const lookBackMs = 15 * 60_000
/** Fewer answers than this say nothing about the pace. */
const answersNeeded = 3

/**
 * Place in the queue (1 is next) and an estimate: the place times the pace at which the queue was answered in the last
 * quarter of an hour, in seconds; null when too little was answered to know.
 */
export async function waitOf(
  interaction: Pick<InteractionDoc, '_id' | 'queueId' | 'queuedAt'>
): Promise<{ position: number; estimatedS: number | null }> {
  const { queueId, queuedAt } = interaction
  const [ahead, answered] = await Promise.all([
    Interaction.countDocuments({
      queueId,
      state: { $in: ['queued', 'offered'] },
      queuedAt: { $lt: queuedAt }
    }),
    Fact.countDocuments({
      noun: 'interaction',
      name: 'accepted',
      queueId,
      at: { $gt: new Date(Date.now() - lookBackMs) }
    } as never)
  ])
  const position = ahead + 1
  const estimatedS = answered < answersNeeded ? null : Math.round((position * lookBackMs) / 1000 / answered)
  return { position, estimatedS }
}
