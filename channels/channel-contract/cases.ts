import type { TObject } from 'typebox'
import type { Account, OutboundMessage, VisitorClaim, WebhookRequest } from '../channel.ts'

/**
 * What a channel brings to be held to the contract: recorded payloads, and far sides that its test has started.
 * Functions are called inside the tests, after `beforeAll`. A part that the channel has and its cases lack fails.
 */
export interface ContractCases<S extends TObject = TObject> {
  account(): Account<S>
  webhook?: {
    message: WebhookRequest
    /** The same with a wrong signature, and with none. */
    forged: WebhookRequest[]
    /** Rightly signed rubbish. */
    garbage: WebhookRequest[]
  }
  listen?: {
    /** Makes the far side have one new message. */
    arrive(): Promise<void>
    /** An account whose far side nobody answers for. */
    unreachable(): Account<S>
  }
  gateway?: {
    port(): Promise<number>
    /** Hands one message in as a stranger would; rejects when it was not taken. */
    deliver(port: number): Promise<void>
    /** The account that it is for, when it is not the first one. */
    account?(): Account<S>
  }
  send?: {
    message(): OutboundMessage
    unreachable(): Account<S>
  }
  visitor?: {
    /** A claim that the account proves at `now`. */
    claim: VisitorClaim
    now: Date
    admitted: string
    foreign: string
  }
}
