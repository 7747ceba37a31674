import type { Callback } from '@palabre/config/contract/callback'
import { directory } from '../inbox/directory.svelte.ts'
import { inbox } from '../inbox/inbox.svelte.ts'
import { session } from '../session.svelte.ts'

/** What is known of whoever is to be called. */
export interface About {
  number?: string
  name?: string
  queueId?: string
  reason?: string
  email?: string
  /** Of the contact, as it is written there: `fr`, `fr-SN`. */
  locale?: string | null
  /** It comes of work in one's own hands. */
  isOwn?: boolean
}

export type Asked =
  | { kind: 'ask'; about: About }
  | { kind: 'move'; callback: Callback }
  | { kind: 'give'; callback: Callback }
  | { kind: 'cancel'; callback: Callback }

/** Which question about callbacks is on screen, on whatever page. */
class CallbackDialogs {
  asked = $state.raw<Asked | null>(null)
  /** A conversation is on screen, which offers it for its own customer. */
  isAbout = $state(false)

  get isPermitted(): boolean {
    return session.can('interaction:handle')
  }

  /** Somebody may keep a callback for themselves who is offered work. */
  get mayKeep(): boolean {
    return this.isPermitted && inbox.agentId !== null
  }

  /** Some queue of theirs calls back. */
  get isOffered(): boolean {
    return this.isPermitted && directory.scope.some(({ callbacks }) => callbacks.accountId !== null)
  }

  ask(asked: Asked): void {
    if (this.isPermitted) this.asked = asked
  }
}

export const callbackDialogs = new CallbackDialogs()
