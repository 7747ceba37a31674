import type { Frame, FrameType, WireEntry } from './frame.ts'

/** Enough for every test to look back, and no leak in a long one. */
const mostEntries = 20_000

/** Everything that went between jambonz and the application, and the accidents that a test orders on the way. */
export class Wire {
  readonly entries: WireEntry[] = []
  readonly #began = performance.now()
  readonly #losing: (FrameType | undefined)[] = []

  log(dir: WireEntry['dir'], path: string, msg: unknown) {
    if (this.entries.length >= mostEntries) this.entries.splice(0, mostEntries / 10)
    this.entries.push({ t: (performance.now() - this.#began) / 1000, dir, path, msg })
  }

  /** The next ack (of a frame of this type) will not arrive. */
  loseNextAck(type?: FrameType) {
    this.#losing.push(type)
  }

  losesAck(frame: Frame): boolean {
    const nth = this.#losing.findIndex((type) => type === undefined || type === frame.type)
    if (nth === -1) return false
    this.#losing.splice(nth, 1)
    return true
  }
}
