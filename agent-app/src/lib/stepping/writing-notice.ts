import { longestWriting } from '@palabre/config/contract/stepping'

/** What is being written, as it goes to whoever looks on. */
export interface Written {
  mode: 'reply' | 'note'
  text: string
  subject: string | null
}

/** Four a second at most. */
export const gapMs = 250
/** The hub takes frames of 64 KiB; a text may take several bytes a letter. */
const mostBytes = 60_000

/** As much of a text as one frame carries. */
export function cutWriting(text: string): string {
  let cut = text.slice(0, longestWriting)
  while (new TextEncoder().encode(JSON.stringify(cut)).length > mostBytes)
    cut = cut.slice(0, Math.floor(cut.length * 0.8))
  // Not between the halves of a letter.
  return /[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut
}

/** Says what is being written, the newest state at most every quarter of a second. */
export class WritingNotice {
  readonly #say: (written: Written) => void
  #next: Written | null = null
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(say: (written: Written) => void) {
    this.#say = say
  }

  tell(written: Written): void {
    this.#next = written
    if (this.#timer === undefined) this.#flush()
  }

  /** Nothing more is said. */
  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#next = null
  }

  #flush(): void {
    const next = this.#next
    this.#next = null
    this.#timer = next === null ? undefined : setTimeout(() => this.#flush(), gapMs)
    if (next) this.#say({ ...next, text: cutWriting(next.text) })
  }
}
