import type { Reply } from '@palabre/config/contract/define'
import type { readPhone } from '@palabre/config/contract/call'

/** What a phone registers with. */
export type Credentials = NonNullable<Reply<typeof readPhone>['phone']>

/** A call that reaches the phone. Its ids are the hub's, where the call comes from there. */
export interface Ring {
  /** The line's own name for it. */
  id: string
  number: string
  name: string
  callId: string | null
  interactionId: string | null
  /** It was talked in before the line was lost; it is answered without asking. */
  resumed: boolean
}

/** How a call left the phone: `media` when its sound could not be brought back. */
export type EndOfRing = 'hungUp' | 'failed' | 'media'

/** What a line tells of itself. */
export interface LineHearer {
  registered(): void
  /** The server does not answer; the line goes on trying by itself. */
  lost(): void
  /** The server does not take the credentials. */
  refused(): void
  /** The same user registered somewhere else, and this line is over. */
  replaced(): void
  rings(ring: Ring): void
  talks(id: string): void
  /** Whether the call that is talked in is heard. */
  sound(isHeard: boolean): void
  ended(id: string, how: EndOfRing): void
}

/** One registration at a server, whatever it speaks. Calls are named by the id of their ring. */
export interface PhoneLine {
  start(): void
  renew(credentials: Credentials): void
  /** Tries at once what it would try later: the server, or the sound of its call. */
  hurry(): void
  answer(id: string, microphone: MediaStream): void
  decline(id: string, why: 'declined' | 'busy'): void
  hangUp(id: string): void
  /** Keys into the call as it reaches this phone (RFC 4733), not to its customer. */
  press(id: string, keys: string): void
  /** Another microphone for the call that is talked in. */
  speakInto(microphone: MediaStream): void
  /** Unregisters; never called because a page is left, so that a call outlives a reload. */
  close(): void
}

export type OpenLine = (credentials: Credentials, hearer: LineHearer) => Promise<PhoneLine>

/** The SIP headers by which the hub says which call rings. */
export const ringHeaders = { call: 'X-Palabre-Call', interaction: 'X-Palabre-Interaction' } as const
