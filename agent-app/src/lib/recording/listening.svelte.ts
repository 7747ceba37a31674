import { hearLive, type Recording } from '@palabre/config/contract/recording'
import { openStream, Refusal } from '../call.ts'
import { loudnessOf } from '../phone/level.ts'
import { fromPcm } from '../phone/pcm.ts'
import type { LiveSound } from './live-sound.ts'
import { kept, keep } from './kept.ts'
import { Sides } from './sides.ts'
import { turn, type Sounding } from './turn.ts'

export type ListeningState = 'off' | 'connecting' | 'live' | 'ended' | 'refused' | 'broken'

const usualVolume = 80
/** A meter follows this far into what comes at once. */
const meterMs = 100

/** One listener to a recording that goes on: what is being said, from now on. */
export class Listening implements Sounding {
  state = $state<ListeningState>('off')
  error = $state.raw<unknown>()
  /** Loudness of each side, 0…1. */
  levels = $state.raw<number[]>([])
  #volume = $state(kept('listening-volume', usualVolume, (value) => value >= 0 && value <= 100))
  #sound: LiveSound | null = null
  #stop = new AbortController()

  get isOn(): boolean {
    return this.state === 'connecting' || this.state === 'live'
  }

  /** 0…100; kept for this browser. */
  get volume(): number {
    return this.#volume
  }
  set volume(volume: number) {
    this.#volume = volume
    keep('listening-volume', volume)
    this.#sound?.setVolume(volume / 100)
  }

  async start({ id, sampleRate, channels }: Recording): Promise<void> {
    if (this.isOn) return
    const stop = new AbortController()
    this.#stop = stop
    this.state = 'connecting'
    this.error = undefined
    turn.take(this)
    try {
      const { openLiveSound } = await import('./live-sound.ts')
      const sound = await openLiveSound(sampleRate, channels, this.#volume / 100)
      if (stop.signal.aborted) return sound.close()
      this.#sound = sound
      const stream = await openStream(hearLive, { params: { id } }, stop.signal)
      await this.#follow(stream, new Sides(channels), (sampleRate * meterMs) / 1000)
      this.state = 'ended'
    } catch (error) {
      if (stop.signal.aborted) return
      this.error = error
      this.state =
        error instanceof Refusal && error.status >= 400 && error.status < 500 ? 'refused' : 'broken'
    } finally {
      if (!stop.signal.aborted) this.#silence()
    }
  }

  stop = (): void => {
    this.#stop.abort()
    this.#silence()
    this.state = 'off'
  }

  async #follow(stream: ReadableStream<Uint8Array>, sides: Sides, meter: number): Promise<void> {
    const reader = stream.getReader()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      const samples = sides.take(value)
      this.levels = samples.map((side) => loudnessOf(fromPcm(side.subarray(-meter))))
      this.#sound?.play(samples)
      // Before the first sound it is not known that there is any.
      this.state = 'live'
    }
  }

  #silence(): void {
    this.#sound?.close()
    this.#sound = null
    this.levels = []
    turn.give(this)
  }
}
