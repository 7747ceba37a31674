import { hearRecording, type Recording } from '@palabre/config/contract/recording'
import { address } from '../call.ts'
import { playOn } from '../phone/speaker.ts'
import { devices } from '../phone/devices.svelte.ts'
import { playableFrom } from './gaps.ts'
import { keep, kept } from './kept.ts'
import { turn, type Sounding } from './turn.ts'

export const speeds = [1, 1.25, 1.5, 1.75, 2] as const
const keptSpeed = () => kept('listening-speed', 1, (value) => speeds.some((speed) => speed === value))

/** Plays one recording: times in ms from its beginning. */
export class Player implements Sounding {
  readonly #recording: () => Recording
  /** Where it is. */
  at = $state(0)
  state = $state<'paused' | 'loading' | 'playing' | 'failed'>('paused')
  #speed = $state(keptSpeed())
  #audio: HTMLAudioElement | null = null
  #frame = 0

  constructor(recording: () => Recording) {
    this.#recording = recording
  }

  get isOn(): boolean {
    return this.state === 'playing' || this.state === 'loading'
  }

  /** Times as fast as it was said; kept for this browser. */
  get speed(): number {
    return this.#speed
  }
  set speed(speed: number) {
    this.#speed = speed
    keep('listening-speed', speed)
    if (this.#audio) this.#audio.playbackRate = speed
  }

  toggle = (): void => (this.isOn ? this.stop() : void this.play())

  async play(): Promise<void> {
    const { ms, gaps } = this.#recording()
    const audio = (this.#audio ??= this.#make())
    turn.take(this)
    this.state = 'loading'
    if (this.at >= ms) this.at = 0
    this.seek(playableFrom(this.at, gaps, ms))
    // Another one may have been heard faster meanwhile.
    this.#speed = keptSpeed()
    audio.playbackRate = this.#speed
    try {
      await playOn(audio, devices.speaker)
      await audio.play()
    } catch (error) {
      // Told to be silent before it could begin.
      if (error instanceof DOMException && error.name === 'AbortError') return
      this.#fail()
    }
  }

  stop = (): void => {
    this.#audio?.pause()
    if (this.state !== 'failed') this.state = 'paused'
    turn.give(this)
  }

  seek = (to: number): void => {
    this.at = Math.max(0, Math.min(this.#recording().ms, to))
    if (this.#audio) this.#audio.currentTime = this.at / 1000
  }

  move = (byMs: number): void => this.seek(this.at + byMs)

  /** Asks for the sound again. */
  retry = (): void => {
    this.#forget()
    this.state = 'paused'
    void this.play()
  }

  /** It is not on screen any more. */
  close = (): void => {
    this.stop()
    this.#forget()
  }

  #make(): HTMLAudioElement {
    const audio = new Audio(address(hearRecording, { params: { id: this.#recording().id } }))
    audio.addEventListener('playing', () => {
      this.state = 'playing'
      this.#follow()
    })
    audio.addEventListener('waiting', () => {
      if (!audio.paused) this.state = 'loading'
    })
    audio.addEventListener('ended', () => {
      this.at = this.#recording().ms
      this.stop()
    })
    audio.addEventListener('error', this.#fail)
    return audio
  }

  /** Each frame, not each of the browser's rare notices: the line moves smoothly, and a gap is not entered. */
  #follow = (): void => {
    cancelAnimationFrame(this.#frame)
    const audio = this.#audio
    if (!audio || audio.paused) return
    const { gaps, ms } = this.#recording()
    this.at = Math.min(ms, audio.currentTime * 1000)
    const next = playableFrom(this.at, gaps, ms)
    if (next !== this.at) this.seek(next)
    this.#frame = requestAnimationFrame(this.#follow)
  }

  #fail = (): void => {
    if (!this.#audio) return
    this.state = 'failed'
    turn.give(this)
  }

  #forget(): void {
    cancelAnimationFrame(this.#frame)
    const audio = this.#audio
    this.#audio = null
    if (!audio) return
    audio.pause()
    // So that the browser ends the download.
    audio.removeAttribute('src')
    audio.load()
  }
}
