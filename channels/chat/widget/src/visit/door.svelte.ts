import type { VisitorClaim } from '../../../../channel.ts'
import { Refusal, type Hub } from './hub.ts'
import type { Memory } from './memory.ts'

type Opened = Awaited<ReturnType<Hub['open']>>
export type Greeting = Omit<Parameters<Hub['open']>[0], 'token' | 'identity'>

/** Refusals that may be gone at the next try. */
const passing = ['unreachable', 'starting-up', 'too-many-requests', 'unexpected']

/**
 * How a visitor comes in: with the token that this browser keeps, which is the only proof of who she is, or as somebody
 * new. All tabs of a site come in as the same visitor.
 */
export class Door {
  /** Name of the refusal that keeps the visit from opening. */
  trouble = $state<string | null>(null)
  /** The hub will not have this page, now or later. */
  isShut = $state(false)
  /** The site has proved who this is. */
  isIdentified = $state(false)
  #token: string | null
  #tries = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #hub: Hub
  readonly #memory: Memory
  readonly #greet: () => Greeting
  readonly #entered: (opened: Opened, isSomebodyElse: boolean) => void

  constructor(
    hub: Hub,
    memory: Memory,
    greet: () => Greeting,
    entered: (opened: Opened, isSomebodyElse: boolean) => void
  ) {
    this.#hub = hub
    this.#memory = memory
    this.#greet = greet
    this.#entered = entered
    this.#token = memory.read<string>('token')
  }

  get token(): string {
    return this.#token ?? ''
  }

  /**
   * Begins or resumes a visit. Goes on trying while the hub is away.
   * @throws Refusal when it will not have this page, or not believe this identity
   */
  async open(identity?: VisitorClaim): Promise<void> {
    clearTimeout(this.#timer)
    const before = this.#token
    try {
      const opened = await this.#knock(identity)
      this.#token = opened.token
      this.#memory.write('token', opened.token)
      this.trouble = null
      this.isShut = false
      this.#tries = 0
      if (identity) this.isIdentified = true
      this.#entered(opened, opened.token !== before)
    } catch (error) {
      if (!(error instanceof Refusal) || identity) throw error
      this.trouble = error.error
      this.isShut = !passing.includes(error.error)
      if (this.isShut) throw error
      this.#timer = setTimeout(() => void this.reopen(), pauseBefore(this.#tries++))
    }
  }

  /** The same without throwing; what keeps it shut is in `trouble`. */
  async reopen(): Promise<void> {
    await this.open().catch(() => {})
  }

  /** Another tab has come in as somebody else. @returns whether this one has to follow */
  isBehind(): boolean {
    const token = this.#memory.read<string>('token')
    if (token === null || token === this.#token) return false
    this.#token = token
    return true
  }

  forget(): void {
    this.#token = null
    this.isIdentified = false
  }

  /** A token that the hub does not know any more begins a new visit. */
  async #knock(identity?: VisitorClaim): Promise<Opened> {
    const greeting = { ...this.#greet(), ...(identity ? { identity } : {}) }
    if (this.#token === null) return this.#hub.open(greeting)
    try {
      return await this.#hub.open({ ...greeting, token: this.#token })
    } catch (error) {
      if (!(error instanceof Refusal) || error.error !== 'visitor-rejected') throw error
      return this.#hub.open(greeting)
    }
  }
}

/** Milliseconds before the next try to open, the first one being 0. */
const pauseBefore = (tries: number): number =>
  Math.min(60_000, 2_000 * 2 ** tries) * (0.5 + Math.random() / 2)
