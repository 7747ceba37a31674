import type { Reply } from '@palabre/config/contract/define'
import { readInbox, type Interaction } from '@palabre/config/contract/interaction'
import { call } from '../call.ts'
import { clock } from '../clock.svelte.ts'
import { live } from '../live.svelte.ts'
import { session } from '../session.svelte.ts'
import { arrange, groupOf, isAsked, Shelf, type Group, type Row, type Taken } from './shelf.ts'

/** Something that the agent did not do herself happened to her work. */
export type Happening =
  | { kind: 'offered'; interaction: Interaction }
  | { kind: 'given'; interaction: Interaction }
  | { kind: 'offer-gone'; interaction: Interaction; before: Interaction }
  | { kind: 'left'; interaction: Interaction; before: Interaction }
  | { kind: 'consult-ended'; interaction: Interaction; before: Interaction }

/** The work in the signed-in agent's hands, on every screen of the app. */
class Inbox {
  #shelf = new Shelf()
  #items = $state.raw<Interaction[]>([])
  #state = $state<'loading' | 'ready' | 'failed'>('loading')
  #error = $state.raw<unknown>()
  #pinned = $state.raw<{ id: string; group: Group } | null>(null)
  #ownDoing = new Set<string>()
  #reads = 0
  #newestRead = 0
  /** For each read under way, what events brought meanwhile. */
  #touched = new Set<Set<string>>()
  #hearers = new Set<(happening: Happening) => void>()
  #ahead: Promise<Reply<typeof readInbox>> | null = null

  get state() {
    return this.#state
  }
  get error() {
    return this.#error
  }
  get items(): Interaction[] {
    return this.#items
  }
  get agentId(): string | null {
    return session.me?.agent?.id ?? null
  }

  /** What is offered now, the oldest first. */
  readonly offers = $derived(
    this.#items
      .filter(({ state, offer }) => state === 'offered' && offer?.agentId === this.agentId)
      .sort((a, b) => Date.parse(a.offer?.at ?? '') - Date.parse(b.offer?.at ?? ''))
  )
  #minute = $derived(Math.floor(clock.now / 10_000) * 10_000)
  readonly rows: Row[] = $derived(arrange(this.#items, this.#minute, this.agentId, this.#pinned))

  get(id: string): Interaction | undefined {
    return this.#items.find((item) => item.id === id)
  }

  /** Whether it takes a place in the agent's hands: `idle` rests while the customer is silent, `due` awaits a place. */
  parked(id: string): 'idle' | 'due' | null {
    return session.me?.agent?.holds.find((hold) => hold.interactionId === id)?.parked ?? null
  }

  /** The conversation on screen keeps its group until another one is opened. */
  pin(id: string | null): void {
    const item = id === null ? undefined : this.get(id)
    this.#pinned =
      item && item.state !== 'offered'
        ? { id: item.id, group: groupOf(item, clock.read(), this.agentId) }
        : null
  }

  /** Hears what happens to the work without the agent's doing; gives the function that stops it. */
  hear(hearer: (happening: Happening) => void): () => void {
    this.#hearers.add(hearer)
    return () => void this.#hearers.delete(hearer)
  }

  /** Runs an action of the agent's own, so that its effect is not announced to her as news; keeps what it answers. */
  async act<T>(id: string, action: () => Promise<T>): Promise<T> {
    this.#ownDoing.add(id)
    try {
      return await action()
    } finally {
      // The event may come a little after the answer.
      setTimeout(() => this.#ownDoing.delete(id), 3000)
    }
  }

  /** Takes a newer state of one interaction, from an answer or an event. */
  take(interaction: Interaction): void {
    for (const touched of this.#touched) touched.add(interaction.id)
    this.#settle([this.#shelf.take(interaction, this.agentId)])
  }

  /** Asks while the app is still being loaded; the first `read` takes the answer. */
  ask(): void {
    if (this.#state !== 'loading' || this.#ahead) return
    const ahead = call(readInbox)
    this.#ahead = ahead
    // Nobody may be signed in yet; then it is asked again when somebody is.
    ahead.catch(() => {
      if (this.#ahead === ahead) this.#ahead = null
    })
  }

  read = async (): Promise<void> => {
    const turn = ++this.#reads
    const touched = new Set<string>()
    this.#touched.add(touched)
    const asked = this.#ahead ?? call(readInbox)
    this.#ahead = null
    try {
      const { items } = await asked
      // One that was asked later may have answered before.
      if (turn < this.#newestRead) return
      this.#newestRead = turn
      this.#settle(this.#shelf.replace(items, this.agentId, touched))
      this.#state = 'ready'
      this.#error = undefined
    } catch (error) {
      if (this.#state === 'ready') return
      this.#state = 'failed'
      this.#error = error
    } finally {
      this.#touched.delete(touched)
    }
  }

  retry = (): void => {
    this.#state = 'loading'
    void this.read()
  }

  /** Follows the work until the function that it gives is called. */
  start(): () => void {
    const stop = live.on('interaction.changed', ({ interaction }) => this.take(interaction))
    const stopKeeping = live.keep(() => void this.read(), { atOnce: true })
    return () => {
      stop()
      stopKeeping()
      this.#shelf.clear()
      this.#items = []
      this.#state = 'loading'
    }
  }

  #settle(taken: Taken[]): void {
    const real = taken.filter((one) => one.kind !== 'none')
    if (!real.length && this.#state === 'ready') return
    this.#items = this.#shelf.items
    for (const one of real) this.#tell(one)
  }

  #tell(taken: Exclude<Taken, { kind: 'none' }>): void {
    const { now, before } = taken
    const isOffered = now.state === 'offered' && now.offer?.agentId === this.agentId
    if (isOffered && taken.kind !== 'left' && before?.offer?.id !== now.offer?.id)
      return this.#say({ kind: 'offered', interaction: now })
    if (this.#ownDoing.has(now.id)) return
    if (taken.kind === 'left' && before)
      this.#say({
        kind: isAsked(before, this.agentId)
          ? 'consult-ended'
          : before.state === 'offered'
            ? 'offer-gone'
            : 'left',
        interaction: now,
        before
      })
  }

  #say(happening: Happening): void {
    for (const hearer of [...this.#hearers]) hearer(happening)
  }
}

export const inbox = new Inbox()
