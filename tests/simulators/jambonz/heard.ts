/** One thing that a party heard, in the order and at the time it began. `at` is Date.now(). */
export interface Heard {
  at: number
  kind:
    'said' | 'played' | 'music' | 'silence' | 'bridged' | 'room' | 'held' | 'digits' | 'audio' | 'referred'
  /** The text said, the URL played, the other party's number, the room's name, the digits. */
  what: string
}

/** What reached one end of a call, as a listener would tell it. */
export class HeardLog {
  readonly all: Heard[] = []
  readonly #changed: () => void

  constructor(changed: () => void) {
    this.#changed = changed
  }

  add(kind: Heard['kind'], what = '') {
    this.all.push({ at: Date.now(), kind, what })
    this.#changed()
  }
}
