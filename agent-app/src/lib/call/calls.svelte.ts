import { readCall, type Call } from '@palabre/config/contract/call'
import type { Interaction } from '@palabre/config/contract/interaction'
import { call as ask } from '../call.ts'
import { clock } from '../clock.svelte.ts'
import { inbox } from '../inbox/inbox.svelte.ts'
import { live } from '../live.svelte.ts'
import { missOf } from './outcome.ts'
import { standingOf, type Standing } from './standing.ts'

export interface CallOfMine {
  call: Call
  standing: Standing
}

/** The work is a telephone call: it is taken and ended by the phone. */
export const isCall = ({ medium }: Pick<Interaction, 'medium'>): boolean => medium === 'voice'

const closedAfterMs = 30_000

/** Calls that concern this person, and those on screen. */
class Calls {
  #calls = $state.raw<ReadonlyMap<string, Call>>(new Map())
  /** Whose result the agent has seen enough of. */
  #forgotten = $state.raw<ReadonlySet<string>>(new Set())
  #asked = new Set<string>()

  /** The newest call of an interaction. */
  of(interactionId: string): Call | undefined {
    return [...this.#calls.values()]
      .filter((call) => call.interactionId === interactionId)
      .sort((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt))[0]
  }

  get(id: string | null): Call | undefined {
    return id === null ? undefined : this.#calls.get(id)
  }

  standing(call: Call): Standing {
    return standingOf(call, inbox.agentId, this.#isOwner(call))
  }

  /** The call that the agent is in, or that is theirs while their phone is still being called. */
  readonly mine: CallOfMine | null = $derived.by(() => {
    const all = [...this.#calls.values()]
      .filter(({ state }) => state !== 'ended')
      .map((call) => ({ call, standing: this.standing(call) }))
    return (
      all.find(({ standing }) => standing.isIn) ??
      all.find(({ standing }) => standing.role === 'owner') ??
      null
    )
  })

  /** A call of somebody else's to which the agent's phone is called. */
  readonly invitation: CallOfMine | null = $derived.by(() => {
    for (const call of this.#calls.values()) {
      if (call.state === 'ended') continue
      const standing = this.standing(call)
      const isOffered = inbox.offers.some(({ id }) => id === call.interactionId)
      if (standing.role === 'guest' && !standing.isIn && !isOffered) return { call, standing }
    }
    return null
  })

  /** The newest call to somebody who was not reached, while its work is still in the agent's hands. */
  readonly missed: Call | null = $derived.by(() => {
    const calls = [...this.#calls.values()].filter(
      (call) => missOf(call) && !this.#forgotten.has(call.id) && inbox.get(call.interactionId ?? '')
    )
    return calls.toSorted((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt))[0] ?? null
  })

  /** The result of a call need not be shown any more. */
  forget(callId: string): void {
    this.#forgotten = new Set(this.#forgotten).add(callId)
  }

  /** Follows them until the function that it gives is called. */
  start(): () => void {
    const stops = [
      live.on('call.changed', ({ call }) => this.take(call)),
      live.onResync(() => {
        for (const { interactionId } of this.#calls.values()) if (interactionId) void this.read(interactionId)
      })
    ]
    return () => {
      stops.forEach((stop) => stop())
      this.#calls = new Map()
      this.#asked.clear()
    }
  }

  /** Takes a newer state, from an answer or an event. */
  take(call: Call): void {
    const before = this.#calls.get(call.id)
    if (before && before.version > call.version) return
    const next = new Map(this.#calls).set(call.id, call)
    for (const [id, { endedAt, interactionId }] of next) {
      const isOld = endedAt !== null && clock.read() - Date.parse(endedAt) > closedAfterMs
      if (isOld && !inbox.get(interactionId ?? '')) next.delete(id)
    }
    this.#calls = next
  }

  /** Reads the call of an interaction unless it is known. */
  need(interactionId: string): void {
    if (this.#asked.has(interactionId)) return
    this.#asked.add(interactionId)
    void this.read(interactionId)
  }

  read = async (interactionId: string): Promise<void> => {
    try {
      const { call } = await ask(readCall, { params: { id: interactionId } })
      if (call) this.take(call)
    } catch {
      // The next event brings it; whoever opens it asks again.
      this.#asked.delete(interactionId)
    }
  }

  #isOwner({ interactionId }: Call): boolean {
    const work = interactionId === null ? undefined : inbox.get(interactionId)
    return work?.state === 'active' && work.agentId === inbox.agentId
  }
}

export const calls = new Calls()
