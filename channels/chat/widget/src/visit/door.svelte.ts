import type { VisitorClaim } from '../../../../channel.ts'
import { Refusal, type Hub } from './hub.ts'
import type { Memory } from './memory.ts'
import { randomId } from './random-id.ts'

type Opened = Awaited<ReturnType<Hub['open']>>
export type Greeting = Omit<Parameters<Hub['open']>[0], 'token' | 'identity'>

/** What this browser keeps of a visitor. The token changes with every opening; `who` stays while it is the same person. */
interface Kept {
  token: string
  who: string
}

/** Refusals that may be gone at the next try. */
const passing = ['unreachable', 'starting-up', 'too-many-requests', 'unexpected']

/**
 * How a visitor comes in: with the token that this browser keeps, which is the only proof of who she is, or as somebody
 * new. All tabs of a site come in as the same visitor. Openings go one after the other.
 */
export class Door {
  /** Name of the refusal that keeps the visit from opening. */
  trouble = $state<string | null>(null)
  /** The hub will not have this page, now or later. */
  isShut = $state(false)
  /** The site has proved who this is. */
  isIdentified = $state(false)
  #kept: Kept | null
  /** Could not be brought to the hub yet. */
  #claim: VisitorClaim | undefined
  #turn: Promise<void> = Promise.resolve()
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
    this.#kept = memory.read<Kept>('visitor')
  }

  get token(): string {
    return this.#kept?.token ?? ''
  }

  /**
   * Begins or resumes a visit. Goes on trying while the hub is away, with the claim if there is one.
   * @throws Refusal when it will not have this page; with a claim, whenever it was not accepted this time
   */
  open(claim?: VisitorClaim): Promise<void> {
    const turn = this.#turn.catch(() => {}).then(() => this.#enter(claim))
    this.#turn = turn
    return turn
  }

  /** Tries again; what keeps it shut is in `trouble`. */
  async reopen(): Promise<void> {
    await this.open(this.#claim).catch(() => {})
  }

  /** Takes what another tab has kept. @returns whether that is another person */
  isBehind(): boolean {
    const kept = this.#memory.read<Kept>('visitor')
    if (kept === null) return false
    const isOther = kept.who !== this.#kept?.who
    this.#kept = kept
    return isOther
  }

  /** The next opening is somebody new's. */
  forget(): void {
    this.#kept = null
    this.#claim = undefined
    this.isIdentified = false
  }

  async #enter(claim?: VisitorClaim): Promise<void> {
    clearTimeout(this.#timer)
    const before = this.#kept?.who
    try {
      const opened = await this.#knock(claim)
      const who = claim ? `site:${claim.id}` : (this.#kept?.who ?? randomId())
      this.#kept = { token: opened.token, who }
      this.#memory.write('visitor', this.#kept)
      this.trouble = null
      this.isShut = false
      this.#tries = 0
      if (claim) {
        this.#claim = undefined
        this.isIdentified = true
      }
      this.#entered(opened, who !== before)
    } catch (error) {
      if (error instanceof Refusal) this.#refused(error, claim)
      if (claim || this.isShut) throw error
    }
  }

  #refused({ error }: Refusal, claim?: VisitorClaim): void {
    const mayPass = passing.includes(error)
    this.#claim = mayPass ? claim : undefined
    if (claim && !mayPass) return
    this.trouble = error
    this.isShut = !mayPass
    if (mayPass) this.#timer = setTimeout(() => void this.reopen(), pauseBefore(this.#tries++))
  }

  /** A token that the hub does not know any more begins a new visit. */
  async #knock(claim?: VisitorClaim): Promise<Opened> {
    const greeting = { ...this.#greet(), ...(claim ? { identity: claim } : {}) }
    if (this.#kept === null) return this.#hub.open(greeting)
    try {
      return await this.#hub.open({ ...greeting, token: this.#kept.token })
    } catch (error) {
      if (!(error instanceof Refusal) || error.error !== 'visitor-rejected') throw error
      const opened = await this.#hub.open(greeting)
      this.#kept = null
      return opened
    }
  }
}

/** Milliseconds before the next try to open, the first one being 0. */
const pauseBefore = (tries: number): number =>
  Math.min(60_000, 2_000 * 2 ** tries) * (0.5 + Math.random() / 2)
