import type { Static, TObject } from 'typebox'
import type { CallDoor } from './call.ts'

/** A medium decides which capacity an interaction uses; several channels may share one. */
export type Medium = 'voice' | 'chat' | 'email' | 'messaging' | 'social' | 'callback'

/** The kind of contact point by which a channel knows its customers. */
export type PointKind = 'email' | 'phone' | 'visitor' | 'whatsapp' | 'psid' | 'igsid' | 'x'

/** What a channel can do; the composer shows nothing else. Sizes in bytes. */
export interface Abilities {
  /** Rich text leaves as HTML; without it the composer writes plain text. */
  html: boolean
  /** Messages carry a subject and To / Cc lines, and quote what they answer. */
  subject: boolean
  /** Typing is shown to both sides. */
  typing: boolean
  /** The far side tells when a message was delivered / read. */
  receipts: boolean
  /** A sent message can be called back for this many milliseconds (0: at once and for good). */
  undoMs: number
  attachments: { maxBytes: number; maxTotalBytes: number } | null
  /** Longest text of one message, in characters. */
  maxText: number
  /** Free words may only be sent for so long after the customer's last message; absent: at any time. */
  window?: { seconds: number }
}

export interface InboundAttachment {
  name: string
  type: string
  content: Uint8Array
  /** Set on inline images; the HTML refers to it as `cid:<contentId>`. */
  contentId?: string
}

/** A file that stays with the provider until `fetchMedia` takes it, after the message itself is stored. */
export interface InboundMedia {
  /** The provider's id of it, unique in its message. */
  id: string
  name: string
  type: string
}

/** Part of every event of a provider that tells of many accounts through one address. */
interface Routed {
  /** What the account that it is for has as its `via`; absent: it is for the account whose address was called. */
  via?: string
}

/** One utterance of a customer, normalised. The hub stores it once per (account, externalId). */
export interface InboundMessage extends Routed {
  kind: 'message'
  /** Canonical contact point of the sender: a lower-case address, an E.164 number, a visitor id. */
  address: string
  name?: string
  externalId: string
  /** When the far side says it was written; shown, never used for order. */
  sentAt?: Date
  subject?: string
  text: string
  /** Cleaned HTML: no script, style sheet reduced to what is safe, remote images kept as `data-remote-src`. */
  html?: string
  /** Index into `text` from which the rest quotes earlier messages. */
  quotedFrom?: number
  attachments?: InboundAttachment[]
  media?: InboundMedia[]
  /** Others on a mail. */
  to?: string[]
  cc?: string[]
  replyTo?: string
  thread?: {
    /** Ids of our own messages that it answers, proved by our signature, nearest first. */
    own: string[]
    /** External ids that it refers to, unproved, nearest first. */
    external: string[]
  }
  /** Set when no person wrote it: it is stored, and never answered automatically. */
  automatic?: 'auto-reply' | 'bulk' | 'bounce' | 'loop'
  /** The original as it came, kept for administrators. */
  raw?: Uint8Array
}

/** What became of a message of ours. */
export interface DeliveryReport extends Routed {
  kind: 'delivery'
  /** External id that `send` returned, or our own message id when the provider hands it back. */
  externalId?: string
  messageId?: string
  state: 'sent' | 'delivered' | 'read' | 'failed'
  /** Provider's reason in plain words. */
  reason?: string
  /** A failure that a later attempt may mend (a full mailbox): shown, and counted, but not final. */
  temporary?: boolean
  at?: Date
}

/** Something came that cannot be read; kept whole where an administrator sees it. */
export interface Quarantined extends Routed {
  kind: 'quarantined'
  externalId: string
  reason: string
  raw: Uint8Array
}

export type InboundEvent = InboundMessage | DeliveryReport | Quarantined

/** Takes one event for good: resolves when it is stored (journalled), also when it was already there. */
export type Report = (event: InboundEvent) => Promise<'stored' | 'repeat'>

export interface OutboundAttachment {
  name: string
  type: string
  contentId?: string
  content: Uint8Array
}

/** A message on its way out. `id` is ours (24 hex digits), unique and stable over retries. */
export interface OutboundMessage {
  id: string
  address: string
  fromName: string
  text: string
  html?: string
  subject?: string
  to?: string[]
  cc?: string[]
  bcc?: string[]
  attachments: OutboundAttachment[]
  /** External ids of the thread, oldest first; the last one is what this answers. */
  references: string[]
  /** External id of the one message that the writer chose to answer, where the channel shows that. */
  answers?: string
  /** Set on answers that the hub writes by itself (confirmations, transcripts). */
  automatic?: boolean
}

/** One configured use of a channel: a mailbox, a number, a widget. */
export interface Account<S extends TObject = TObject> {
  id: string
  name: string
  settings: Static<S>
  /** Secret of this account for signing what must come back unforged (message ids, visitor tokens). */
  signingKey: string
}

/** A position in a mailbox or feed, kept by the hub between two runs of `listen`. */
export interface Cursor {
  load(): Promise<unknown>
  /** Resolves when it is stored. */
  save(position: unknown): Promise<void>
}

export interface Listening<S extends TObject = TObject> {
  account: Account<S>
  report: Report
  cursor: Cursor
  /** Says how the connection fares; an authentication error turns the account red. */
  health(state: 'up' | 'down' | 'refused', detail?: string): void
  signal: AbortSignal
}

/** A server of the channel's own protocol that takes for all accounts of the channel (an SMTP listener). */
export interface Gateway<S extends TObject = TObject> {
  host: string
  port: number
  accounts(): Promise<Account<S>[]>
  report(accountId: string, event: InboundEvent): Promise<'stored' | 'repeat'>
  signal: AbortSignal
}

export interface TestReport {
  ok: boolean
  /** One row a step, in the order tried: 'Sign in to IMAP'. */
  steps: { name: string; ok: boolean; detail?: string }[]
}

export interface WebhookRequest {
  headers: Record<string, string | undefined>
  query: Record<string, string | undefined>
  rawBody: Uint8Array
}

/** What a site says of the person on its page. */
export interface VisitorClaim {
  id: string
  name?: string
  email?: string
  /** Seconds since the epoch at which the site signed it. */
  issuedAt: number
  signature: string
}

/** Who a visitor is, as far as it is proved. */
export interface VisitorIdentity {
  id: string
  name?: string
  email?: string
}

/** How an account treats its visitors. */
export interface VisitorPolicy {
  /** An agent's name as visitors may see it. */
  agentName(fullName: string): string
  uploads: boolean
  /** The mail account that answers for this one when the visitor is gone; null: there is none. */
  replyAccountId: string | null
  transcript: boolean
}

/** A channel whose customers come with Palabre's own client (the chat widget). */
export interface VisitorDoor<S extends TObject = TObject> {
  /** May pages of this origin talk to the account? */
  admits(origin: string | undefined, account: Account<S>): boolean
  /** Proves a site's claim. Throws ChannelError('rejected') when the signature or its age is wrong. */
  identify(claim: VisitorClaim, account: Account<S>, now: Date): VisitorIdentity
  /** What the client may know of the settings: looks, words, form fields; never a secret. */
  appearance(account: Account<S>): Record<string, unknown>
  policy(account: Account<S>): VisitorPolicy
  /** Folder with the client's built files, served under /channels/<name>/. */
  assets: URL
  /** Folder with a page to try the client on, served under /demo/; `{{accountId}}` in its index.html is filled in. */
  demo: URL
}

/** A message is with the provider; `refused` names recipients that it did not take, and why. */
export interface Sent {
  externalId: string
  refused?: { address: string; reason: string }[]
}

/**
 * Everything that hub and workers may know about a channel. What a platform cannot do is absent.
 * All times are Date, all sizes bytes; every failure is a ChannelError.
 */
export interface Channel<S extends TObject = TObject> {
  name: string
  medium: Medium
  point: PointKind
  settings: S
  abilities: Abilities
  /** Verifies and parses one webhook call. Throws ChannelError('rejected') when the signature is wrong. */
  receive?(request: WebhookRequest, account: Account<S>): InboundEvent[]
  /** Could a call with these headers be genuine? Asked before its body is read. */
  mayBeSigned?(headers: WebhookRequest['headers']): boolean
  /** Answers the provider's question (a GET) whether its webhook is at home here. Throws ChannelError('rejected'). */
  handshake?(query: WebhookRequest['query'], account: Account<S>): string
  /** By what events name this account, when one webhook serves many; unlike for accounts with unlike secrets. */
  via?(account: Account<S>): string
  /** Takes a file of a message from the provider, bounded and of the type that it claims. Throws ChannelError. */
  fetchMedia?(media: InboundMedia, account: Account<S>, signal: AbortSignal): Promise<InboundAttachment>
  /** Holds a connection open and reports what arrives, until the signal aborts. Reconnects by itself. */
  listen?(listening: Listening<S>): Promise<void>
  gateway?(gateway: Gateway<S>): Promise<void>
  /** Hands one message to the provider. Throws ChannelError; 'unreachable' and 'rate-limited' are retried. */
  send?(message: OutboundMessage, account: Account<S>): Promise<Sent>
  /**
   * Asks the provider now and then whether it still accepts our credentials. Resolves with what an administrator should
   * know ahead of time ('' for nothing); throws ChannelError.
   */
  check?(account: Account<S>, signal: AbortSignal): Promise<string>
  /** Tries the settings without sending to a customer. */
  test?(account: Account<S>, signal: AbortSignal): Promise<TestReport>
  visitor?: VisitorDoor<S>
  calls?: CallDoor<S>
  /** Lets go of connections that are kept open between two sends; the process is about to end. */
  close?(): void
}

/** Declares a channel. The settings type is checked here and erased for those who hold every channel alike. */
export const defineChannel = <const S extends TObject>(channel: Channel<S>): Channel<S> => channel

export type ChannelFailure = 'rejected' | 'rate-limited' | 'unreachable' | 'unauthorized' | 'refused'

/**
 * A failure of the far side. `rejected`: what came in is forged; `refused`: it will never take this message;
 * `unauthorized`: our credentials are wrong; the other two are worth another try.
 */
export class ChannelError extends Error {
  readonly reason: ChannelFailure
  readonly retryAfterMs: number | undefined
  constructor(reason: ChannelFailure, message: string, options?: ErrorOptions & { retryAfterMs?: number }) {
    super(message, options)
    this.name = 'ChannelError'
    this.reason = reason
    this.retryAfterMs = options?.retryAfterMs
  }
}
