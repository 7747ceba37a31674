import { playOn } from '../phone/speaker.ts'
import { devices } from '../phone/devices.svelte.ts'
import { playableFrom, type Gap } from './gaps.ts'
import { keep, kept } from './kept.ts'
import { turn, type Sounding } from './turn.ts'

export const speeds = [1, 1.25, 1.5, 1.75, 2] as const
const keptSpeed = () => kept('listening-speed', 1, (value) => speeds.some((speed) => speed === value))

/** A sound at an address of the hub. */
export interface Heard {
  url: string
  /** Its length; null: it is learned from the sound itself. */
  ms: number | null
  /** Stretches in which nothing was kept. */
  gaps: readonly Gap[]
}

/** Plays one recording, or a voice note: times in ms from its beginning. */
export class Player implements Sounding {
  readonly #sound: () => Heard
  #learned = $state<number | null>(null)
  /** Where it is. */
  at = $state(0)
  state = $state<'paused' | 'loading' | 'playing' | 'failed'>('paused')
  #speed = $state(keptSpeed())
  #audio: HTMLAudioElement | null = null
  #frame = 0

  constructor(sound: () => Heard) {
    this.#sound = sound
  }

  /** How long it is; 0 as long as nobody knows. */
  get ms(): number {
    return this.#sound().ms ?? this.#learned ?? 0
  }

  /** Learns how long it is, before it is played. */
  prepare = (): void => {
    this.#audio ??= this.#make()
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
    const audio = (this.#audio ??= this.#make())
    turn.take(this)
    this.state = 'loading'
    if (this.at >= this.ms) this.at = 0
    this.seek(playableFrom(this.at, this.#sound().gaps, this.ms))
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
    this.at = Math.max(0, Math.min(this.ms, to))
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
    const audio = new Audio()
    // How long it is, and no more, until it is played.
    audio.preload = 'metadata'
    audio.src = this.#sound().url
    audio.addEventListener('durationchange', () => {
      if (Number.isFinite(audio.duration)) this.#learned = audio.duration * 1000
    })
    audio.addEventListener('playing', () => {
      // It was stopped while this was on its way.
      if (audio.paused) return
      this.state = 'playing'
      this.#follow()
    })
    audio.addEventListener('waiting', () => {
      if (!audio.paused) this.state = 'loading'
    })
    audio.addEventListener('ended', () => {
      this.at = this.ms
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
    const { gaps } = this.#sound()
    const { ms } = this
    this.at = ms === 0 ? audio.currentTime * 1000 : Math.min(ms, audio.currentTime * 1000)
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
