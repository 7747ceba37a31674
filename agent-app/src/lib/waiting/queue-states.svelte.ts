import type { QueueState } from '@palabre/config/contract/event'
import { SvelteMap } from 'svelte/reactivity'
import { live } from '../live.svelte.ts'

/** What events tell of queues: who is ready, what somebody who arrives now may expect. Empty until they tell. */
export class QueueStates {
  #byId = new SvelteMap<string, QueueState>()

  get = (queueId: string): QueueState | undefined => this.#byId.get(queueId)

  /** Follows them until the function that it gives is called; who watches the queues has to be said elsewhere. */
  start(): () => void {
    return live.on('queue.changed', ({ queue }) => void this.#byId.set(queue.queueId, queue))
  }
}
