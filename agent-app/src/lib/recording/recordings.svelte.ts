import { listRecordings, type Recording } from '@palabre/config/contract/recording'
import { call } from '../call.ts'
import { session } from '../session.svelte.ts'

/** After its end a recording takes a moment to be put away; later than the last of these nobody waits for it. */
const againMs = [300, 1500, 4000, 10_000]

/** The recordings of one interaction that the reader may hear. */
export class Recordings {
  readonly #interactionId: string
  items = $state.raw<Recording[]>([])
  state = $state<'idle' | 'loading' | 'ready' | 'failed'>('idle')
  error = $state.raw<unknown>()
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(interactionId: string) {
    this.#interactionId = interactionId
  }

  of = (callId: string): Recording[] => this.items.filter((one) => one.callId === callId)

  /** The one that goes on now, of a call. */
  running = (callId: string): Recording | undefined =>
    this.items.findLast((one) => one.callId === callId && one.state === 'running')

  read = async (): Promise<void> => {
    if (!session.can('recording:listen')) return
    if (this.state !== 'ready') this.state = 'loading'
    try {
      const { items } = await call(listRecordings, { params: { id: this.#interactionId } })
      for (const item of items) this.take(item)
      this.state = 'ready'
      this.error = undefined
    } catch (error) {
      if (this.state === 'ready') return
      this.error = error
      this.state = 'failed'
    }
  }

  /** Takes a newer state, from a list or an answer. */
  take(recording: Recording): void {
    const before = this.items.find(({ id }) => id === recording.id)
    if (before && before.version > recording.version) return
    this.items = [...this.items.filter(({ id }) => id !== recording.id), recording].sort((a, b) =>
      a.startedAt < b.startedAt ? -1 : 1
    )
  }

  /** The call changed: what is recorded of it may have too. */
  readSoon(isOver: boolean, tries = againMs): void {
    clearTimeout(this.#timer)
    const [ms, ...later] = tries
    this.#timer = setTimeout(() => {
      void this.read().then(() => {
        const isPending = isOver && this.items.some(({ state }) => state === 'running')
        if (isPending && later.length) this.readSoon(isOver, later)
      })
    }, ms)
  }

  stop(): void {
    clearTimeout(this.#timer)
  }
}
