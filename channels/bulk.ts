import type { TObject } from 'typebox'
import type { Account } from './channel.ts'

/** One mail of a campaign, filled in for one recipient. `id` is the recipient's (24 hex digits), stable over attempts. */
export interface BulkMail {
  id: string
  /** Canonical address. */
  address: string
  name: string
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

/** The key by which receivers know that a domain's mail is the domain's. */
export interface SigningKey {
  domain: string
  selector: string
  /** PEM (PKCS #8). */
  privateKey: string
}

/** Why a mail was not taken, and what follows from it. */
export type BulkFailure =
  /** This recipient will never get it: `status` is the enhanced code where the server gave one. */
  | 'refused'
  /** The server asks for patience (4xx): this recipient, and others of the domain, come later. */
  | 'later'
  /** The line could not be opened, or broke before anything was handed over. */
  | 'unreachable'
  /** The server does not take our credentials or our sender. */
  | 'unauthorized'
  /** The line broke after the mail was handed over and before the server said what it did with it. */
  | 'unknown'

export class BulkError extends Error {
  readonly failure: BulkFailure
  readonly code: number
  readonly status: string
  constructor(failure: BulkFailure, message: string, { code = 0, status = '', cause }: BulkDetail = {}) {
    super(message, { cause })
    this.name = 'BulkError'
    this.failure = failure
    this.code = code
    this.status = status
  }
}

interface BulkDetail {
  code?: number
  /** RFC 3463: `5.1.1`. */
  status?: string
  cause?: unknown
}

/** Open lines to an account's server. */
export interface BulkSender {
  /**
   * Hands one mail over. `leaving` is called when the server has agreed to take it and not a byte of it has left: when
   * it rejects, nothing leaves. Throws BulkError; `unknown` only after `leaving` has resolved.
   */
  send(mail: BulkMail, leaving: () => Promise<void>): Promise<void>
  /** Lets what is under way end, and closes the lines. */
  close(): Promise<void>
}

/** How a channel sends one thing to many, each their own. */
export interface BulkDoor<S extends TObject = TObject> {
  /** The address that mails come from, the domain that signs for it, and what else the account answers for. */
  from(account: Account<S>): { address: string; domain: string; name: string; addresses: string[] }
  /** The same words without HTML, links in brackets. */
  plainText(html: string): string
  /** The mail as it would leave, for a look at its size. Throws BulkError `refused`. */
  compose(mail: BulkMail, account: Account<S>, key: SigningKey | null): Promise<Uint8Array>
  open(account: Account<S>, options: { lines: number; key: SigningKey | null }): BulkSender
}
