import { frameSamples, silence, type Samples } from '../jambonz/audio/pcm.ts'
import type { Caller } from '../jambonz/caller.ts'
import type { Heard } from '../jambonz/heard.ts'
import type { DemoLine } from './demo-line.ts'
import { dub } from './dub.ts'
import { caller as ownVoice, speak } from './voice.ts'

const beforeSpeakingMs = 1200
const betweenMs = 7000
const beforePressingMs = 900
const echoFrames = 50 // a second
const levelFrames = 5

export interface CallOptions {
  from: string
  name?: string
  /** What the caller says when somebody answers, again and again; null: nothing. */
  say: string | null
  /** Keys that are pressed by themselves, a part for each time that keys are asked for. */
  press?: string[]
  /** What the agent says comes back a second later. */
  echo?: boolean
  hangUpAfterSeconds?: number
}

export interface CallHearer {
  heard?(heard: Heard): void
  /** How loud it is at the caller's ear, 0 to 1, ten times a second. */
  level?(level: number): void
  pressed?(keys: string): void
  ended?(): void
}

/** Somebody who calls the demo: hears, presses keys, and has a voice. */
export class DemoCaller {
  readonly caller: Caller
  readonly #options: CallOptions
  readonly #hearer: CallHearer
  readonly #timers = new Set<NodeJS.Timeout>()
  readonly #parts: string[]
  #isTalking = false

  constructor(line: DemoLine, options: CallOptions, hearer: CallHearer = {}) {
    const { from, name, press = [], hangUpAfterSeconds } = options
    this.#options = options
    this.#hearer = hearer
    this.#parts = [...press]
    this.caller = line.jambonz.call({ from, to: line.number, ...(name !== undefined && { name }) })
    const { leg } = this.caller
    dub(leg, (heard) => this.#hear(heard))
    const leave = line.jambonz.ticker.add(this.#listen())
    leg.once('ended', () => {
      leave()
      for (const timer of this.#timers) clearTimeout(timer)
      hearer.ended?.()
    })
    if (hangUpAfterSeconds !== undefined) this.#after(hangUpAfterSeconds * 1000, () => this.hangUp())
  }

  get isOver(): boolean {
    return this.caller.leg.ended
  }

  press(keys: string) {
    this.caller.press(keys)
    this.#hearer.pressed?.(keys)
  }

  hangUp() {
    this.caller.hangUp()
  }

  #hear(heard: Heard) {
    this.#hearer.heard?.(heard)
    if (heard.kind === 'said') this.#after(beforePressingMs, () => this.#answerTheMachine())
    if (heard.kind !== 'room' || this.#isTalking) return
    this.#isTalking = true
    this.#after(beforeSpeakingMs, () => void this.#talk())
  }

  #answerTheMachine() {
    const { leg } = this.caller
    // Somebody listens for keys, and these are the next.
    if (leg.listenerCount('digit') === 0) return
    const keys = this.#parts.shift()
    if (keys !== undefined) this.press(keys)
  }

  async #talk() {
    const { say, echo = false } = this.#options
    if (say !== null) {
      const spokenMs = this.caller.leg.audio.say(await speak(say, ownVoice))
      if (echo) return this.#after(spokenMs, () => this.#echo())
      this.#after(spokenMs + betweenMs, () => void this.#talk())
    } else if (echo) this.#echo()
  }

  /** What was heard a second ago, frame by frame. */
  #echo() {
    const { audio } = this.caller.leg
    const frames: Samples[] = []
    audio.speak((slot) => {
      frames.push(audio.heard(slot))
      return frames.length > echoFrames ? (frames.shift() ?? silence) : silence
    })
  }

  #listen(): (slot: number) => void {
    let energy = 0
    let frames = 0
    return (slot) => {
      for (const sample of this.caller.leg.audio.heard(slot)) energy += sample * sample
      // A party's own sound is made once for each moment, whoever listens.
      this.caller.leg.audio.spoken(slot)
      if (++frames < levelFrames) return
      this.#hearer.level?.(Math.sqrt(energy / (frames * frameSamples)) / 32_768)
      energy = frames = 0
    }
  }

  #after(ms: number, run: () => void) {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      if (!this.isOver) run()
    }, ms)
    this.#timers.add(timer)
  }
}
