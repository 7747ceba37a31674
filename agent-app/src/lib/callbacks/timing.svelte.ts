import { readSlots, type CallbackOffer } from '@palabre/config/contract/callback'
import { call } from '../call.ts'
import { clock } from '../clock.svelte.ts'
import { localInput, moments } from '../interactions/moments.ts'
import { live } from '../live.svelte.ts'
import type { When } from './act.ts'

export type TimingKind = 'now' | 'slot' | 'moment'
export type TimingFault = 'slots-needed' | 'moment-past'

/** Places are taken in bursts; one reading a burst is enough, in ms. */
const burstMs = 400
const longestMs = 366 * 86_400_000

/** When somebody is to be called, while it is chosen: now, in one of the queue's slots, or at a moment. */
export class Timing {
  kind = $state<TimingKind>('now')
  /** The beginning of the chosen slot. */
  slot = $state('')
  /** As an input of type datetime-local has it. */
  moment = $state(localInput(moments.tomorrow(clock.read(), 9)))
  offer = $state.raw<CallbackOffer | null>(null)
  state = $state<'loading' | 'ready' | 'failed'>('loading')
  error = $state.raw<unknown>()
  #queueId = ''
  #turn = 0

  constructor(kind: TimingKind = 'now') {
    this.kind = kind
  }

  /** Follows what a queue has to offer until the function that it gives is called. */
  start(queueId: string): () => void {
    this.#queueId = queueId
    this.offer = null
    this.state = 'loading'
    let timer: ReturnType<typeof setTimeout> | undefined
    const soon = () => {
      clearTimeout(timer)
      timer = setTimeout(() => void this.read(), burstMs)
    }
    const stops = [
      live.watch(`queue:${queueId}`),
      live.on('callback.changed', ({ callback }) => callback.queueId === queueId && soon()),
      live.on('setting.changed', ({ resource }) => resource === 'queue' && soon()),
      live.keep(() => void this.read(), { atOnce: true })
    ]
    return () => {
      clearTimeout(timer)
      this.#turn += 1
      stops.forEach((stop) => stop())
    }
  }

  read = async (): Promise<void> => {
    const turn = ++this.#turn
    try {
      const offer = await call(readSlots, { params: { id: this.#queueId } })
      if (turn !== this.#turn) return
      this.offer = offer
      this.state = 'ready'
      if (this.slot && !offer.slots.some(({ from }) => from === this.slot)) this.slot = ''
    } catch (error) {
      if (turn !== this.#turn || this.state === 'ready') return
      this.error = error
      this.state = 'failed'
    }
  }

  get at(): number {
    return new Date(this.moment).getTime()
  }

  /** What is missing or wrong in what was chosen. */
  get fault(): TimingFault | null {
    if (this.kind === 'slot') return this.slot ? null : 'slots-needed'
    if (this.kind === 'now') return null
    const ahead = this.at - clock.read()
    return ahead > 0 && ahead <= longestMs ? null : 'moment-past'
  }

  get when(): When {
    if (this.kind === 'slot') return { slot: this.slot }
    return this.kind === 'moment' ? { at: new Date(this.at).toISOString() } : {}
  }
}
