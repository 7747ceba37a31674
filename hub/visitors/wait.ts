import type { Hub } from '../hub.ts'
import type { QueueHints } from '../routing/tell-queues.ts'
import type { VisitInteraction } from './standing.ts'

/** What the router last told of each queue: who stands where, and what they may expect. */
const waits = new WeakMap<Hub, Map<string, QueueHints>>()

/** Listens to what the router tells of the queues, from now on. */
export function listenToWaits(hub: Hub): void {
  const heard = new Map<string, QueueHints>()
  hub.stream.onEvent(({ name, hints }) => {
    if (name === 'queue.changed') heard.set((hints as QueueHints).queueId, hints as QueueHints)
  })
  waits.set(hub, heard)
}

export interface Wait {
  position: number
  estimatedS: number | null
}

/**
 * Place in the order of the queue (1 is next) and what may be expected, in seconds; null until the router has told it,
 * and for those who stand too far behind to be told. Who is being offered is next.
 */
export function waitOf(
  hub: Hub,
  { id, queueId, state }: Pick<VisitInteraction, 'id' | 'queueId' | 'state'>
): Wait | null {
  const told = waits.get(hub)?.get(queueId)
  const at = state === 'offered' ? 0 : (told?.order.indexOf(id) ?? -1)
  return at < 0 ? null : { position: at + 1, estimatedS: told?.estimates[at] ?? null }
}

/** What somebody may expect who comes to a queue now, in seconds; null while too little is known. */
export const estimateOf = (hub: Hub, queueId: string): number | null =>
  waits.get(hub)?.get(queueId)?.estimateNext ?? null
