import type { Attachment } from '@palabre/config/contract/message'
import type { VisitorFrame } from '@palabre/config/contract/visitor'
import type { Memory } from './memory.ts'
import { randomId } from './random-id.ts'

export type Answers = NonNullable<Extract<VisitorFrame, { type: 'say' }>['form']>

/** A message that the hub has not confirmed yet. */
export interface Letter {
  clientId: string
  text: string
  attachments: Attachment[]
  form?: Answers
  /** Milliseconds since the epoch. */
  at: number
  /** The tab that wrote it, and sends it. */
  tab: string
  /** Name of the refusal that keeps it here until the visitor decides. */
  failure?: string
}

/** Milliseconds: how long the hub may take to confirm, how long a letter of another tab is left to that tab. */
const confirmedWithin = 12_000
const tabGoneAfter = 20_000

/**
 * Messages on their way. Each is kept by the browser until the hub confirms it, so that neither a lost line nor a reload
 * loses it; each keeps its `clientId` over all attempts, so that the hub stores it once. One is in flight at a time,
 * which keeps their order. Every tab shows the letters of all.
 */
export class Outbox {
  letters = $state.raw<Letter[]>([])
  readonly #memory: Memory
  readonly #tab = randomId()
  readonly #send: (letter: Letter) => boolean
  readonly #stuck: () => void
  #inFlight: string | null = null
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(memory: Memory, send: (letter: Letter) => boolean, stuck: () => void) {
    this.#memory = memory
    this.#send = send
    this.#stuck = stuck
    this.reload(true)
  }

  add(text: string, attachments: Attachment[], form?: Answers): Letter {
    const letter: Letter = {
      clientId: randomId(),
      text,
      attachments,
      ...(form ? { form } : {}),
      at: Math.max(Date.now(), (this.letters.at(-1)?.at ?? 0) + 1),
      tab: this.#tab
    }
    this.#keep(letter)
    this.pump()
    return letter
  }

  /** Sends the oldest letter that may leave, unless one is in flight. */
  pump(): void {
    if (this.#inFlight) return
    const waiting = this.letters.filter((letter) => !letter.failure)
    const next = waiting.find((letter) => this.#isOurs(letter))
    if (next && this.#send(next)) {
      this.#inFlight = next.clientId
      this.#after(confirmedWithin, this.#stuck)
    } else if (waiting.length > 0 && !next) {
      this.#after(tabGoneAfter / 4, () => this.pump())
    }
  }

  /** The line was lost: what was in flight may or may not have arrived, and goes again. */
  interrupt(): void {
    clearTimeout(this.#timer)
    this.#inFlight = null
  }

  /** The hub has it. */
  settle(clientId: string): void {
    this.#landed(clientId)
    this.remove(clientId)
  }

  refuse(clientId: string, error: string): void {
    this.#landed(clientId)
    const letter = this.letters.find((one) => one.clientId === clientId)
    if (letter) this.#keep({ ...letter, failure: error })
    this.pump()
  }

  /** The hub cannot take it now: it goes again, without asking the visitor. */
  defer(clientId: string, delay: number): void {
    if (this.#inFlight !== clientId) return
    this.#after(delay, () => {
      this.#inFlight = null
      this.pump()
    })
  }

  retry(clientId: string): void {
    const letter = this.letters.find((one) => one.clientId === clientId)
    if (!letter) return
    const { failure: _, ...again } = letter
    this.#keep({ ...again, tab: this.#tab })
    this.pump()
  }

  remove(clientId: string): void {
    if (!this.letters.some((letter) => letter.clientId === clientId)) return
    this.#memory.write(`out:${clientId}`, null)
    this.letters = this.letters.filter((letter) => letter.clientId !== clientId)
    this.pump()
  }

  /** Reads what is kept. At the start it adopts all: whoever wrote them may be gone. */
  reload(adopt = false): void {
    this.letters = this.#memory
      .names('out:')
      .map((name) => this.#memory.read<Letter>(name))
      .filter((letter) => letter !== null)
      .sort((a, b) => a.at - b.at)
    if (adopt) for (const letter of this.letters) this.#keep({ ...letter, tab: this.#tab })
  }

  #after(delay: number, act: () => void): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(act, delay)
  }

  #isOurs(letter: Letter): boolean {
    return letter.tab === this.#tab || Date.now() - letter.at > tabGoneAfter
  }

  #landed(clientId: string): void {
    if (this.#inFlight !== clientId) return
    clearTimeout(this.#timer)
    this.#inFlight = null
  }

  #keep(letter: Letter): void {
    this.#memory.write(`out:${letter.clientId}`, letter)
    const others = this.letters.filter((one) => one.clientId !== letter.clientId)
    this.letters = [...others, letter].sort((a, b) => a.at - b.at)
  }
}
