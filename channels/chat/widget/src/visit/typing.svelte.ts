import type { VisitorFrame } from '@palabre/config/contract/visitor'

/** Milliseconds. A side that fell silent without saying so is not shown as typing for ever. */
const theirsFades = 8_000
const oursFades = 5_000
const repeatEvery = 3_000

/** Typing of both sides. */
export class Typing {
  /** Who types on the other side; an empty name is somebody. */
  theirs = $state<string | null>(null)
  readonly #tell: (frame: VisitorFrame) => boolean
  #toldAt = 0
  #theirTimer: ReturnType<typeof setTimeout> | undefined
  #ourTimer: ReturnType<typeof setTimeout> | undefined

  constructor(tell: (frame: VisitorFrame) => boolean) {
    this.#tell = tell
  }

  heard(on: boolean, name: string): void {
    clearTimeout(this.#theirTimer)
    this.theirs = on ? name : null
    if (on) this.#theirTimer = setTimeout(() => (this.theirs = null), theirsFades)
  }

  /** The visitor pressed a key. */
  keyed(): void {
    clearTimeout(this.#ourTimer)
    this.#ourTimer = setTimeout(() => this.stop(), oursFades)
    if (Date.now() - this.#toldAt < repeatEvery) return
    if (this.#tell({ type: 'typing', on: true })) this.#toldAt = Date.now()
  }

  /** The message has left, or the visitor thinks. */
  stop(): void {
    clearTimeout(this.#ourTimer)
    if (this.#toldAt > 0) this.#tell({ type: 'typing', on: false })
    this.#toldAt = 0
  }
}
