import type { TObject } from 'typebox'
import type { Account, FilledTemplate } from './channel.ts'

/** Something of a campaign, for one recipient. `id` is the recipient's (24 hex digits), stable over attempts. */
export interface BulkMessage {
  id: string
  /** Canonical address. */
  address: string
  name: string
}

/** A mail, filled in. */
export interface BulkMail extends BulkMessage {
  fromName: string
  /** Where answers go; absent: to the account's own address. */
  replyTo?: string
  subject: string
  html: string
  text: string
  /** Where one click takes the recipient off the list (RFC 8058); absent: the mail cannot be unsubscribed from. */
  unsubscribeUrl?: string
  /** By what receivers' feedback tells campaigns apart: at most three words of letters, digits and dashes. */
  feedback: readonly string[]
}

/** A text that the platform approved beforehand, filled in. */
export interface BulkTemplate extends BulkMessage {
  template: FilledTemplate
  /** What it begins with, at an address that the platform fetches it from. */
  file?: { kind: 'image' | 'video' | 'document'; link: string }
}

/** The key by which receivers know that a domain's mail is the domain's. */
export interface SigningKey {
  domain: string
  selector: string
  /** PEM (PKCS #8). */
  privateKey: string
}

/** Why a message was not taken, and what follows from it. */
export type BulkFailure =
  /** This recipient will never get it: `status` is the enhanced code where the server gave one. */
  | 'refused'
  /** The server asks for patience (4xx): this recipient, and others of the domain, come later. */
  | 'later'
  /** This recipient comes later, for a reason of their own that says nothing of others. */
  | 'busy'
  /** Too much of ours at a time: it says nothing of this recipient, who is the next one again. */
  | 'slow'
  /** The recipient wants no such messages: nothing of the kind is sent to them again. */
  | 'unwanted'
  /** The platform lets this message out to nobody any more. */
  | 'withdrawn'
  /** The line could not be opened, or broke before anything was handed over. */
  | 'unreachable'
  /** The server does not take our credentials, our sender, or anything of ours before somebody sees to the account. */
  | 'unauthorized'
  /** The line broke after the message was handed over and before the server said what it did with it. */
  | 'unknown'

export class BulkError extends Error {
  readonly failure: BulkFailure
  readonly code: number
  readonly status: string
  readonly retryAfterMs: number
  constructor(
    failure: BulkFailure,
    message: string,
    { code = 0, status = '', retryAfterMs = 0, cause }: BulkDetail = {}
  ) {
    super(message, { cause })
    this.name = 'BulkError'
    this.failure = failure
    this.code = code
    this.status = status
    this.retryAfterMs = retryAfterMs
  }
}

interface BulkDetail {
  code?: number
  /** RFC 3463: `5.1.1`. */
  status?: string
  /** How long the far side wants to be left alone at least, where it says so. */
  retryAfterMs?: number
  cause?: unknown
}

/** Open lines to an account's server. */
export interface BulkSender<M extends BulkMessage = BulkMail, Taken = void> {
  /**
   * Hands one message over. `leaving` is called when the far side is ready to take it and not a byte of it has left:
   * when it rejects, nothing leaves. Throws BulkError; `unknown` only after `leaving` has resolved.
   */
  send(message: M, leaving: () => Promise<void>): Promise<Taken>
  /** Lets what is under way end, and closes the lines. */
  close(): Promise<void>
}

/** How a channel sends one mail to many, each their own. */
export interface BulkDoor<S extends TObject = TObject> {
  /** The address that mails come from, the domain that signs for it, and what else the account answers for. */
  from(account: Account<S>): { address: string; domain: string; name: string; addresses: string[] }
  /** The same words without HTML, links in brackets. */
  plainText(html: string): string
  /** The mail as it would leave, for a look at its size. Throws BulkError `refused`. */
  compose(mail: BulkMail, account: Account<S>, key: SigningKey | null): Promise<Uint8Array>
  open(account: Account<S>, options: { lines: number; key: SigningKey | null }): BulkSender
}

/** What an account may send that nobody has said anything of. */
export interface BulkPace {
  perSecond: number
  lines: number
  /** Different people that may be written to in any 24 hours. */
  tier: number
}

/** How a channel sends a text that its platform approved beforehand to many, its blanks filled for each. */
export interface TemplateDoor<S extends TObject = TObject> {
  usual: BulkPace
  /** The one form of an address; null for what nothing can be sent to. */
  addressOf(text: string): string | null
  /** Sending answers with the platform's id of the message. */
  open(account: Account<S>, options: { lines: number }): BulkSender<BulkTemplate, string>
}
