import { mix, pcmSource, rate, resample, silence, slotNow, type Samples, type Source } from './pcm.ts'

/** The sound of one leg: what its party says, what jambonz plays to it, and who else it hears. */
export class AudioPort {
  /** jambonz lets nobody hear it. */
  muted = false
  /** What a bridge or a room brings; set by them. */
  hears?: (slot: number) => Samples
  /** Its media does not pass jambonz any more: the parties hear each other, streams hear nothing. */
  released = false
  /** Both sides of a bridge are parted while a whisper plays. */
  parted = false
  #speech?: Source
  /** Speaking begins where the speech before it ends. */
  #speaksUntil = 0
  #playing?: Source
  #spoken: { slot: number; frame: Samples } = { slot: -1, frame: silence }
  #heard: { slot: number; frame: Samples } = { slot: -1, frame: silence }

  /** The party makes this sound from now on. */
  speak(source: Source) {
    this.#speech = source
  }

  /** The party says these samples (8 kHz), after what it is saying already. Returns how long until they are said, in ms. */
  say(pcm: Samples): number {
    const now = slotNow() + 1
    const start = Math.max(now, this.#speaksUntil)
    const before = this.#speech
    const after = pcmSource(pcm, start)
    this.#speech = (slot) => (slot < start ? (before?.(slot) ?? silence) : after(slot))
    this.#speaksUntil = start + Math.ceil(pcm.length / 160)
    return (this.#speaksUntil - now) * 20
  }

  hush() {
    this.#speech = undefined
    this.#speaksUntil = 0
  }

  /** jambonz plays this to the party, instead of what it played before. */
  play(source: Source | undefined) {
    this.#playing = source
  }

  /** Plays samples of any rate. Returns their length in ms. */
  playPcm(pcm: Samples, sampleRate = rate): number {
    const own = resample(pcm, sampleRate, rate)
    this.play(pcmSource(own, slotNow() + 1))
    return (own.length * 1000) / rate
  }

  /** What the party says in this slot, muted or not. */
  spoken(slot: number): Samples {
    if (this.#spoken.slot === slot) return this.#spoken.frame
    const frame = this.#speech?.(slot) ?? silence
    this.#spoken = { slot, frame }
    return frame
  }

  /** What others may hear of it. */
  voice(slot: number): Samples {
    return this.muted ? silence : this.spoken(slot)
  }

  heard(slot: number): Samples {
    if (this.#heard.slot === slot) return this.#heard.frame
    const played = this.#playing?.(slot) ?? silence
    const others = this.parted ? silence : (this.hears?.(slot) ?? silence)
    const frame = mix([played, others])
    this.#heard = { slot, frame }
    return frame
  }
}
