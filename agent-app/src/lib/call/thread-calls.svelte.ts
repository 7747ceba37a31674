import { readCall, type Call } from '@palabre/config/contract/call'
import type { Recording } from '@palabre/config/contract/recording'
import { call as ask } from '../call.ts'
import { live } from '../live.svelte.ts'
import { Recordings } from '../recording/recordings.svelte.ts'
import { calls } from './calls.svelte.ts'

/** A call at its place in a conversation. `call` is null for an older one, of which only the recording is told. */
export interface CallEntry {
  id: string
  at: string
  call: Call | null
  recordings: Recording[]
}

/** The calls of one interaction while it is on screen: the newest one, and what was recorded of all of them. */
export class ThreadCalls {
  readonly #interactionId: string
  readonly recordings: Recordings
  call = $state.raw<Call | null>(null)

  constructor(interactionId: string) {
    this.#interactionId = interactionId
    this.recordings = new Recordings(interactionId)
    this.call = calls.of(interactionId) ?? null
  }

  /** Oldest first. */
  readonly entries: CallEntry[] = $derived.by(() => {
    const { call } = this
    const ids = new Set([...this.recordings.items.map(({ callId }) => callId), ...(call ? [call.id] : [])])
    return [...ids]
      .map((id): CallEntry => {
        const recordings = this.recordings.of(id)
        const own = call?.id === id ? call : null
        return { id, at: own?.startedAt ?? recordings[0]?.startedAt ?? '', call: own, recordings }
      })
      .sort((a, b) => (a.at < b.at ? -1 : 1))
  })

  /** Follows them until the function that it gives is called. */
  start(): () => void {
    const stop = live.on('call.changed', ({ call }) => {
      if (call.interactionId === this.#interactionId) this.#take(call)
    })
    return () => {
      this.recordings.stop()
      stop()
    }
  }

  /** Reads them, with the conversation. */
  read = async (): Promise<void> => {
    // A message that was left may be work of its own, beside the work of the call.
    void this.recordings.read()
    try {
      const { call } = await ask(readCall, { params: { id: this.#interactionId } })
      if (!call) return
      if (call.state !== 'ended') calls.take(call)
      this.#take(call)
    } catch {
      // The conversation is there without it; the next event or resync brings it.
    }
  }

  /** What the customer said, so that no text has to tell it. */
  get tellsAll(): boolean {
    return this.call?.direction === 'in' || this.recordings.items.some(({ use }) => use === 'voicemail')
  }

  #take(call: Call): void {
    const before = this.call
    if (before?.id === call.id && before.version > call.version) return
    if (before && before.id !== call.id && before.startedAt > call.startedAt) return
    this.call = call
    const isNews =
      before?.id !== call.id || before.recording !== call.recording || before.state !== call.state
    if (before && isNews) this.recordings.readSoon(call.state === 'ended')
  }
}
