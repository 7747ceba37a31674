const sampleBytes = 2

/** Takes interleaved 16-bit little-endian samples apart into channels, whatever chunks they come in. */
export class Sides {
  readonly #channels: number
  #rest = new Uint8Array(0)

  constructor(channels: number) {
    this.#channels = channels
  }

  /** Whole samples of each channel that are there now. */
  take(chunk: Uint8Array): Int16Array<ArrayBuffer>[] {
    const all = new Uint8Array(this.#rest.length + chunk.length)
    all.set(this.#rest)
    all.set(chunk, this.#rest.length)
    const frame = sampleBytes * this.#channels
    const count = Math.floor(all.length / frame)
    this.#rest = all.slice(count * frame)
    const view = new DataView(all.buffer)
    return Array.from({ length: this.#channels }, (_, channel) =>
      Int16Array.from({ length: count }, (_, n) => view.getInt16(n * frame + channel * sampleBytes, true))
    )
  }
}
