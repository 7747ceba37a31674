import { frameSamples, type Samples } from './audio/pcm.ts'
import { goertzel } from './audio/goertzel.ts'
import type { Ticker } from './audio/ticker.ts'
import { tone } from './audio/tone.ts'
import type { Leg } from './leg.ts'

/** How long a test waits for anything, unless it says otherwise. */
const patience = 10_000

/** A human (or a machine) at the far end of a leg: what a test lets them do, and what they hear. */
export class Party {
  readonly leg: Leg
  readonly #ticker: Ticker

  constructor(leg: Leg, ticker: Ticker) {
    this.leg = leg
    this.#ticker = ticker
  }

  get callSid() {
    return this.leg.info.callSid
  }

  get state() {
    return this.leg.state
  }

  /** What jambonz tells of the leg, and the SIP status behind it. */
  get status() {
    return this.leg.info.status
  }

  get sipStatus() {
    return this.leg.info.sipStatus
  }

  /** All that was said, played, bridged and so on, in order. */
  get heard() {
    return this.leg.heard.all
  }

  press(digits: string) {
    this.leg.press(digits)
  }

  /** Words for a `gather`, or samples (8 kHz) for those who listen. Resolves when they are said. */
  async speak(what: string | Samples) {
    if (typeof what === 'string') return void this.leg.emit('speech', what)
    const ms = this.leg.audio.say(what)
    await new Promise((resolve) => setTimeout(resolve, ms))
  }

  /** Hums a tone of whole hertz until `silence` or something else to say. */
  hum(hertz: number) {
    this.leg.audio.speak(tone(hertz))
  }

  silence() {
    this.leg.audio.hush()
  }

  /** Hangs up with custom headers of the BYE; before an answer the call is abandoned. */
  hangUp(headers?: Record<string, string>) {
    this.leg.hangUp(headers)
  }

  /** Waits until this is so; looks whenever something happens on the leg. */
  async until(predicate: (party: this) => boolean, ms = patience): Promise<this> {
    if (predicate(this)) return this
    await new Promise<void>((resolve, reject) => {
      const look = () => {
        if (!predicate(this)) return
        clearTimeout(timer)
        this.leg.off('changed', look)
        resolve()
      }
      const timer = setTimeout(() => {
        this.leg.off('changed', look)
        reject(new Error(`Not so within ${ms} ms; state ${this.state}, heard ${JSON.stringify(this.heard)}`))
      }, ms)
      this.leg.on('changed', look)
    })
    return this
  }

  /** The next milliseconds of sound that reach this end, 8 kHz mono. */
  async hear(ms: number): Promise<Samples> {
    const frames = Math.ceil(ms / 20)
    const samples = new Int16Array(frames * frameSamples)
    let nth = 0
    await new Promise<void>((resolve) => {
      const leave = this.#ticker.add((slot) => {
        samples.set(this.leg.audio.heard(slot), nth * frameSamples)
        if (++nth < frames) return
        leave()
        resolve()
      })
    })
    return samples
  }

  /** Whether this tone is most of what is heard in the next moment. */
  async hearsTone(hertz: number, ms = 200): Promise<boolean> {
    return goertzel(await this.hear(ms), hertz) > 0.3
  }
}
