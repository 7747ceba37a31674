import { frameSamples, silence, type Samples, type Source } from '../jambonz/audio/pcm.ts'

/** Frames that are kept ready for a late one, and at most. */
const ready = 3
const most = 15

/** Sound that comes over a network as it is made: a little of it waits, and what comes too late is left out. */
export class LiveSource {
  #frames: Samples[] = []
  #isFilling = true
  #rest: Samples = new Int16Array(0)

  /** Samples at 8 kHz, in pieces of any length. */
  push(samples: Samples) {
    const all = new Int16Array(this.#rest.length + samples.length)
    all.set(this.#rest)
    all.set(samples, this.#rest.length)
    let at = 0
    for (; at + frameSamples <= all.length; at += frameSamples)
      this.#frames.push(all.slice(at, at + frameSamples))
    this.#rest = all.slice(at)
    if (this.#frames.length > most) this.#frames.splice(0, this.#frames.length - ready)
  }

  /** Asked once for each 20 ms. */
  readonly source: Source = () => {
    if (this.#isFilling && this.#frames.length < ready) return silence
    const frame = this.#frames.shift()
    this.#isFilling = frame === undefined
    return frame ?? silence
  }
}
