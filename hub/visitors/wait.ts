import { Types } from 'mongoose'
import { Fact } from '../record/fact.model.ts'
import { Interaction } from '../interactions/interaction.model.ts'
import type { VisitInteraction } from './standing.ts'

const lookBackMs = 15 * 60_000
/** Fewer answers than this say nothing about the pace. */
const answersNeeded = 3

/** How long an answer stays good for everybody who waits in a queue: places move, a pace over a quarter of an hour hardly. */
const placesMs = 1000
const paceMs = 15_000

/** One answer a queue for all who ask within its time. */
function remembered<T>(forMs: number, read: (queueId: Types.ObjectId) => Promise<T>) {
  const known = new Map<string, { until: number; answer: Promise<T> }>()
  return (queueId: string): Promise<T> => {
    const now = Date.now()
    const one = known.get(queueId)
    if (one && one.until > now) return one.answer
    const answer = read(new Types.ObjectId(queueId))
    known.set(queueId, { until: now + forMs, answer })
    answer.catch(() => known.delete(queueId))
    return answer
  }
}

/** When those who wait in a queue began to, oldest first. Everything asked for stands in the index. */
const waitingSince = remembered(placesMs, async (queueId) => {
  const waiting = await Interaction.find(
    { queueId, state: { $in: ['queued', 'offered'] } },
    { queuedAt: 1, _id: 0 }
  ).lean()
  return waiting.map(({ queuedAt }) => +queuedAt).sort((a, b) => a - b)
})

/** How many were answered lately. */
const answeredLately = remembered(paceMs, (queueId) =>
  Fact.countDocuments({
    noun: 'interaction',
    name: 'accepted',
    queueId,
    at: { $gt: new Date(Date.now() - lookBackMs) }
  } as never).exec()
)

/**
 * Place in the queue (1 is next) and an estimate: the place times the pace at which the queue was answered in the last
 * quarter of an hour, in seconds; null when too little was answered to know.
 */
export async function waitOf({ queueId, queuedAt }: Pick<VisitInteraction, 'queueId' | 'queuedAt'>): Promise<{
  position: number
  estimatedS: number | null
}> {
  const [times, answered] = await Promise.all([waitingSince(queueId), answeredLately(queueId)])
  const later = times.findIndex((time) => time >= queuedAt)
  const position = (later < 0 ? times.length : later) + 1
  const estimatedS = answered < answersNeeded ? null : Math.round((position * lookBackMs) / 1000 / answered)
  return { position, estimatedS }
}
