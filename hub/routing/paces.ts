import type { Hub } from '../hub.ts'
import { Interaction, type InteractionDoc, type InteractionHints } from '../interactions/interaction.model.ts'
import { Fact, type FactDoc } from '../record/fact.model.ts'
import { openPace, type Pace } from './core/pace.ts'

const lookBackMs = 30 * 60_000
const factsRead = 2000

/** The pace of every queue, as this node sees it. */
export interface Paces {
  of(queueId: string): Pace
  /** Takes a change that was told. */
  take(hints: InteractionHints): void
  /** Reads the last half hour from the facts: after this node has become the router. */
  read(): Promise<void>
}

export function openPaces(hub: Hub): Paces {
  let paces = new Map<string, Pace>()
  /** In whose hands what is: interaction → queue in which it was answered. */
  const inHand = new Map<string, string>()

  const of = (queueId: string) => {
    let pace = paces.get(queueId)
    if (!pace) {
      pace = openPace()
      paces.set(queueId, pace)
    }
    return pace
  }
  const answered = (id: string, queueId: string, at: number) => {
    inHand.set(id, queueId)
    of(queueId).answered(id, at)
  }

  return {
    of,
    take({ id, state, queueId, acceptedAt }) {
      if (state === 'active' && acceptedAt !== null) return answered(id, queueId, acceptedAt)
      if (state === 'wrapup') return
      const known = inHand.get(id)
      if (known === undefined) return
      inHand.delete(id)
      of(known).finished(id, Date.now())
    },
    async read() {
      const since = new Date(Date.now() - lookBackMs)
      const [facts, active] = await Promise.all([
        Fact.find({ noun: 'interaction', name: { $in: ['closed', 'wrapUp'] }, at: { $gt: since } })
          .sort({ at: -1 })
          .limit(factsRead)
          .lean() as unknown as Promise<(FactDoc & { queueId: unknown })[]>,
        Interaction.find(
          { state: { $in: ['active', 'wrapup'] } },
          { queueId: 1, acceptedAt: 1 }
        ).lean() as Promise<Pick<InteractionDoc, '_id' | 'queueId' | 'acceptedAt'>[]>
      ])
      paces = new Map()
      inHand.clear()
      for (const { figures, queueId, at } of facts.reverse()) {
        const handledMs = Number(figures['handledSeconds'] ?? 0) * 1000
        if (handledMs > 0) of(String(queueId)).remember(at.getTime() - handledMs, handledMs)
      }
      for (const { _id, queueId, acceptedAt } of active)
        if (acceptedAt) answered(_id.toHexString(), queueId.toHexString(), acceptedAt.getTime())
      hub.log.debug({ facts: facts.length, active: active.length }, 'the pace of the queues was read')
    }
  }
}
