import { Fact } from '../record/fact.model.ts'
import { Interaction, type InteractionDoc } from '../interactions/interaction.model.ts'

const lookBackMs = 15 * 60_000
/** Fewer answers than this say nothing about the pace. */
const answersNeeded = 3

const freshMs = 1000

/** When those who wait in a queue began to, oldest first, and how many were answered lately; read once a second for all. */
interface QueueWait {
  queuedAt: number[]
  answered: number
}
const waits = new Map<string, { until: number; read: Promise<QueueWait> }>()

async function readWait(queueId: InteractionDoc['queueId']): Promise<QueueWait> {
  const [waiting, answered] = await Promise.all([
    Interaction.find({ queueId, state: { $in: ['queued', 'offered'] } }, { queuedAt: 1 }).lean(),
    Fact.countDocuments({
      noun: 'interaction',
      name: 'accepted',
      queueId,
      at: { $gt: new Date(Date.now() - lookBackMs) }
    } as never)
  ])
  return { queuedAt: waiting.map(({ queuedAt }) => +queuedAt).sort((a, b) => a - b), answered }
}

function waitIn(queueId: InteractionDoc['queueId']): Promise<QueueWait> {
  const key = queueId.toHexString()
  const now = Date.now()
  const known = waits.get(key)
  if (known && known.until > now) return known.read
  const read = readWait(queueId)
  waits.set(key, { until: now + freshMs, read })
  read.catch(() => waits.delete(key))
  return read
}

/**
 * Place in the queue (1 is next) and an estimate: the place times the pace at which the queue was answered in the last
 * quarter of an hour, in seconds; null when too little was answered to know.
 */
export async function waitOf({
  queueId,
  queuedAt
}: Pick<InteractionDoc, '_id' | 'queueId' | 'queuedAt'>): Promise<{
  position: number
  estimatedS: number | null
}> {
  const { queuedAt: times, answered } = await waitIn(queueId)
  const later = times.findIndex((time) => time >= +queuedAt)
  const position = (later < 0 ? times.length : later) + 1
  const estimatedS = answered < answersNeeded ? null : Math.round((position * lookBackMs) / 1000 / answered)
  return { position, estimatedS }
}
