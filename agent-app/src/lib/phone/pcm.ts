/** Changes the rate of a stream of samples: averages where samples are dropped, draws lines where they are added. */
export class Resampler {
  readonly #step: number
  /** Samples that are still needed, and where in them the next one begins. */
  #rest = new Float32Array(0)
  #at = 0

  constructor(from: number, to: number) {
    this.#step = from / to
  }

  /** Samples that came, at the other rate. */
  change(samples: Float32Array): Float32Array {
    const all = new Float32Array(this.#rest.length + samples.length)
    all.set(this.#rest)
    all.set(samples, this.#rest.length)
    const made: number[] = []
    const reach = Math.max(this.#step, 1)
    while (this.#at + reach < all.length) {
      made.push(this.#step > 1 ? this.#mean(all) : this.#between(all))
      this.#at += this.#step
    }
    const used = Math.floor(this.#at)
    this.#rest = all.slice(used)
    this.#at -= used
    return Float32Array.from(made)
  }

  #mean(samples: Float32Array): number {
    const first = Math.ceil(this.#at)
    const end = Math.ceil(this.#at + this.#step)
    let sum = 0
    for (let n = first; n < end; n++) sum += samples[n]!
    return sum / (end - first)
  }

  #between(samples: Float32Array): number {
    const n = Math.floor(this.#at)
    const left = samples[n]!
    return left + (samples[n + 1]! - left) * (this.#at - n)
  }
}

/** −1…1 as 16-bit samples, in the machine's order, which is little-endian wherever a browser runs. */
export const toPcm = (samples: Float32Array): Int16Array<ArrayBuffer> => {
  const pcm = new Int16Array(samples.length)
  for (const [n, sample] of samples.entries()) pcm[n] = Math.max(-1, Math.min(1, sample)) * 32_767
  return pcm
}

export const fromPcm = (pcm: Int16Array): Float32Array => Float32Array.from(pcm, (sample) => sample / 32_768)
