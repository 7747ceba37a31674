import { dialCall, type Call } from '@palabre/config/contract/call'
import type { Interaction } from '@palabre/config/contract/interaction'
import { goto } from '$app/navigation'
import { call as ask } from '../call.ts'
import { inbox } from '../inbox/inbox.svelte.ts'
import { session } from '../session.svelte.ts'
import { clock } from '../clock.svelte.ts'
import { toasts } from '../toasts.svelte.ts'
import { calls } from './calls.svelte.ts'
import { sayDialRefusal } from './say-dial-refusal.ts'
import { keepRecent } from './recents.ts'

/** Whom to call, as far as it is known. */
export interface Wanted {
  number?: string
  name?: string
  /** The work that the call belongs to; without, it is work of its own. */
  interactionId?: string
  queueId?: string
}

/** Whose number and work it is. */
interface About {
  name?: string
  interaction?: Interaction | null
}

/** Calling somebody: what is asked before, and the doing of it. */
class Dialler {
  /** What the dialog asks about; null while it is shut. */
  asked = $state.raw<Wanted | null>(null)
  /** A call was asked for, and the hub has not said yet which it is. */
  isDialling = $state(false)

  get isPermitted(): boolean {
    return inbox.agentId !== null && session.can('interaction:handle')
  }

  ask = (wanted: Wanted = {}): void => {
    if (this.isPermitted) this.asked = wanted
  }

  /** What a click on a number does; undefined in a call and for those who may not, so that it is only shown. */
  offer({ name, interaction }: About): ((number: string) => void) | undefined {
    if (!this.isPermitted || calls.mine) return undefined
    return (number) => this.ask({ number, name, ...workOf(interaction) })
  }

  /**
   * Calls, and opens the work that it belongs to.
   * @throws {Refusal} not-deliverable, outside-hours, not-permitted, not-ready, over-capacity, too-many-requests
   */
  async dial({ number = '', name = '', interactionId, queueId }: Wanted): Promise<Call> {
    this.isDialling = true
    try {
      const body = { number, ...(queueId && { queueId }), ...(interactionId && { interactionId }) }
      const { call, interaction } = await ask(dialCall, { body })
      calls.take(call)
      inbox.take(interaction)
      if (inbox.agentId)
        keepRecent(inbox.agentId, {
          number: call.number || number,
          name: call.name || name,
          at: new Date(clock.read()).toISOString()
        })
      await goto(`/inbox/${interaction.id}`)
      return call
    } finally {
      this.isDialling = false
    }
  }

  /** Calls at once; what speaks against it is shown where it can be changed. */
  async call(wanted: Wanted): Promise<void> {
    if (calls.mine || this.isDialling) return this.ask(wanted)
    try {
      await this.dial(wanted)
    } catch (error) {
      toasts.add(sayDialRefusal(error), { tone: 'danger' })
      this.ask(wanted)
    }
  }
}

/** A call belongs to a call or callback that is in one's hands; else it is new work of the same queue. */
export const workOf = (
  interaction: Interaction | null | undefined
): Pick<Wanted, 'interactionId' | 'queueId'> => {
  if (!interaction) return {}
  const { id, state, agentId, medium, queueId } = interaction
  const isMine = state === 'active' && agentId === inbox.agentId
  const isSpoken = medium === 'voice' || medium === 'callback'
  return { ...(isMine && isSpoken && { interactionId: id }), queueId }
}

export const dialler = new Dialler()
