import { fromPcm, Resampler, toPcm } from './pcm.ts'
import { frameMs } from './protocol.ts'

// The scope of audio worklets, which TypeScript's DOM does not declare.
declare const sampleRate: number
declare function registerProcessor(
  name: string,
  processor: new (options: { processorOptions: SoundOptions }) => AudioWorkletProcessor
): void
declare abstract class AudioWorkletProcessor {
  readonly port: MessagePort
}

interface SoundOptions {
  /** Of the line, in hertz. */
  rate: number
  /** Sound is played this late at first, so that frames that come unevenly are not heard. */
  bufferMs?: number
  /** What waits longer than this, below a second, is dropped: a phone must not lag behind. */
  mostMs?: number
}

/** Microphone: gives frames of 20 ms at the line's rate. */
class Microphone extends AudioWorkletProcessor {
  readonly #resampler: Resampler
  readonly #frame: Float32Array
  #filled = 0

  constructor({ processorOptions: { rate } }: { processorOptions: SoundOptions }) {
    super()
    this.#resampler = new Resampler(sampleRate, rate)
    this.#frame = new Float32Array((rate * frameMs) / 1000)
  }

  process([input]: Float32Array[][]): boolean {
    const samples = input?.[0]
    if (!samples) return true
    for (const sample of this.#resampler.change(samples)) {
      this.#frame[this.#filled++] = sample
      if (this.#filled < this.#frame.length) continue
      const { buffer } = toPcm(this.#frame)
      this.port.postMessage(buffer, [buffer])
      this.#filled = 0
    }
    return true
  }
}

/** Speaker: plays frames at the line's rate. */
class Speaker extends AudioWorkletProcessor {
  readonly #resampler: Resampler
  readonly #queue = new Float32Array(sampleRate)
  #read = 0
  #held = 0
  #isPlaying = false
  readonly #buffer: number
  readonly #most: number

  constructor({ processorOptions }: { processorOptions: SoundOptions }) {
    super()
    const { rate, bufferMs = 60, mostMs = 300 } = processorOptions
    this.#resampler = new Resampler(rate, sampleRate)
    this.#buffer = (sampleRate * bufferMs) / 1000
    this.#most = (sampleRate * mostMs) / 1000
    this.port.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => this.#take(new Int16Array(data))
  }

  process(_inputs: Float32Array[][], [output]: Float32Array[][]): boolean {
    const channel = output?.[0]
    if (!channel) return true
    if (this.#held >= this.#buffer) this.#isPlaying = true
    if (this.#held < channel.length) this.#isPlaying = false
    if (!this.#isPlaying) return true
    for (let n = 0; n < channel.length; n++) {
      channel[n] = this.#queue[this.#read] ?? 0
      this.#read = (this.#read + 1) % this.#queue.length
    }
    this.#held -= channel.length
    return true
  }

  #take(pcm: Int16Array): void {
    const samples = this.#resampler.change(fromPcm(pcm))
    if (samples.length > this.#queue.length) return
    for (const [n, sample] of samples.entries())
      this.#queue[(this.#read + this.#held + n) % this.#queue.length] = sample
    this.#held += samples.length
    const late = this.#held - this.#most
    if (late <= 0) return
    this.#read = (this.#read + late) % this.#queue.length
    this.#held -= late
  }
}

registerProcessor('microphone', Microphone)
registerProcessor('speaker', Speaker)
