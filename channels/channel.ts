import type { Static, TObject } from 'typebox'
import type { BulkDoor, BulkFailure, TemplateDoor } from './bulk.ts'
import type { CallDoor } from './call.ts'
import type { Words } from './settings.ts'

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
  /**
   * Free words may only be sent for so long after the customer's last message; what a person wrote, not the hub, for
   * `agentSeconds` where the platform grants that. Absent: at any time.
   */
  window?: { seconds: number; agentSeconds?: number }
  /** Texts that the platform approved beforehand may be sent, also when the window is shut. */
  templates?: true
  /** A message can show which earlier one it answers. */
  answers?: true
  /** Both sides can put an emoji on a message. */
  reactions?: true
  /** A message can offer choices to tap: so many as buttons, so many as a list. */
  choices?: { buttons: number; list: number }
  /** Some messages are read by everybody; whether one of those may be answered in private. */
  public?: { privateAnswers: boolean }
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
  /** Where it is, for providers that give files no id to ask for; never shown. */
  url?: string
}

/** Part of every event of a provider that tells of many accounts through one address. */
interface Routed {
  /** What the account that it is for has as its `via`; absent: it is for the account whose address was called. */
  via?: string
}

/** That a message stands where others read it, and where. */
export interface PublicPlace {
  kind: 'comment' | 'mention' | 'story'
  /** Page on which it can be seen (http, https). */
  url?: string
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
    /** Ids of our own messages that it answers, proved by our signature or named by the provider, nearest first. */
    own: string[]
    /** External ids that it refers to, unproved, nearest first. */
    external: string[]
  }
  /** External id of the one message that the customer chose to answer; shown where it is in the same conversation. */
  answers?: string
  /** Id of what they chose among the choices of a message of ours. */
  chosen?: string
  public?: PublicPlace
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
  /** The provider's code of it where it gives one; of mail the enhanced status (RFC 3463). */
  status?: string
  /** What follows from a failure for a campaign, where the provider's code says more than that it failed. */
  failure?: BulkFailure
  at?: Date
}

/** What a recipient of a campaign, or their provider for them, says of it: it was unwanted, or no more of it is wanted. */
export interface InboundFeedback extends Routed {
  kind: 'feedback'
  about: 'complaint' | 'unsubscribe'
  /** Our id of what was sent to them, proved by our signature. */
  messageId?: string
  /** Who says so, where they name nothing of ours: it holds for all that campaigns send them here. */
  from?: { point: PointKind; address: string }
  at?: Date
}

/** The customer put an emoji on a message of the conversation, or took it back (''). A later one replaces it. */
export interface InboundReaction extends Routed {
  kind: 'reaction'
  address: string
  /** External id of the message that it is on. */
  on: string
  emoji: string
  at?: Date
}

/** The customer changed or took back what they wrote; what it said before is kept. */
export interface InboundAmendment extends Routed {
  kind: 'amendment'
  address: string
  /** External id of the message that was changed. */
  of: string
  /** What it says now; null: it was taken back. */
  text: string | null
  at?: Date
}

/** The customer has read all that was written to them until a moment. */
export interface ReadUntil extends Routed {
  kind: 'read-until'
  address: string
  until: Date
}

/** The platform says that what it knows of the account has changed: its templates are asked for again. */
export interface AccountNotice extends Routed {
  kind: 'notice'
  about: 'templates'
}

/** Something came that cannot be read; kept whole where an administrator sees it. */
export interface Quarantined extends Routed {
  kind: 'quarantined'
  externalId: string
  reason: string
  raw: Uint8Array
}

export type InboundEvent =
  | InboundMessage
  | DeliveryReport
  | InboundFeedback
  | InboundReaction
  | InboundAmendment
  | ReadUntil
  | AccountNotice
  | Quarantined

/** Takes one event for good: resolves when it is stored (journalled), also when it was already there. */
export type Report = (event: InboundEvent) => Promise<'stored' | 'repeat'>

export interface OutboundAttachment {
  name: string
  type: string
  contentId?: string
  content: Uint8Array
}

/** What the customer may tap, under a message of ours. Ids are at most 100, titles 24 characters long. */
export type Choices =
  | { as: 'buttons'; options: { id: string; title: string }[] }
  | { as: 'list'; button: string; options: { id: string; title: string; description?: string }[] }

/** A text that the platform approved beforehand, as it knows it. */
export interface MessageTemplate {
  externalId: string
  name: string
  /** As the platform writes it: `en_US`. */
  language: string
  category: string
  state: 'approved' | 'pending' | 'rejected' | 'paused' | 'disabled'
  /** Why it was rejected or paused, in plain words. */
  reason?: string
  header?: { kind: 'text'; text: string } | { kind: 'image' | 'video' | 'document' }
  /** With `{{1}}` or `{{name}}` where something is filled in. */
  body: string
  footer?: string
  buttons: { kind: 'reply' | 'url' | 'phone' | 'code' | 'other'; text: string; url?: string }[]
  /** What is to be filled in, in the order shown. Keys are `body.1`, `body.name`, `header.1`, `button.0.1`. */
  variables: { key: string; example: string }[]
}

/** A template with its blanks filled; a file for its header travels as the message's attachment. */
export interface FilledTemplate {
  externalId: string
  name: string
  language: string
  /** By the keys of the template's variables. */
  values: Record<string, string>
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
  choices?: Choices
  /** Sent instead of `text`, which then says the same for those who read it here. */
  template?: FilledTemplate
  /** When the customer wrote last, by the platform's clock; absent: never. */
  heardAt?: Date
  /** Where `answers` is public: answered there, or in private. */
  audience?: 'public' | 'private'
  /** Set on answers that the hub writes by itself (confirmations, transcripts). */
  automatic?: boolean
}

/** How the platform shows a person. */
export interface Profile {
  name?: string
  picture?: InboundAttachment
}

/** What somebody must do by hand before a connection stands: scan this with their phone. */
export interface Pairing {
  qr: string
  expiresAt: Date
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
  /** Shows administrators what is to be done by hand; null when it is done. */
  pairing(pairing: Pairing | null): void
  /** Bytes that outlast the process (a signed-in session), kept encrypted; null: none are kept. */
  keep: { load(): Promise<Uint8Array | null>; save(bytes: Uint8Array | null): Promise<void> }
  signal: AbortSignal
}

/** A server of the channel's own protocol that takes for all accounts of the channel (an SMTP listener). */
export interface Gateway<S extends TObject = TObject> {
  host: string
  port: number
  accounts(): Promise<Account<S>[]>
  /** Accounts that are paused: who sends to them is asked to come back, not refused for good. */
  resting?(): Promise<Account<S>[]>
  report(accountId: string, event: InboundEvent): Promise<'stored' | 'repeat'>
  signal: AbortSignal
}

/** One step of connecting an account, as an administrator is led through it. */
export interface SetupStep {
  title: Words
  /** What to do, and where on the platform's own pages. */
  text: Words
  /** Settings that are filled in here, by name. */
  fields?: readonly string[]
  /**
   * What else stands here: the webhook's address and whether the provider has called it, the code to scan, the line for
   * web pages, the connection test. All but the test need the account, so what is required is filled in before.
   */
  shows?: 'webhook' | 'pairing' | 'embed' | 'test'
  /** The step is there only for one value of a setting. */
  when?: { field: string; is: string | boolean }
  /** Other addresses of ours to copy, with `{origin}`, `{socket}` (the same as ws or wss) and `{account}`. */
  addresses?: readonly { label: Words; address: string }[]
}

/** How a channel presents itself to administrators, and how an account of it is connected. */
export interface ChannelSetup {
  title: Words
  /** One sentence: who writes there, and what is needed. */
  summary: Words
  mark?: 'recommended' | 'unofficial'
  steps: readonly SetupStep[]
}

/** What a look at the credentials has found. */
export interface Checked {
  /** What an administrator should know ahead of time; '' for nothing. */
  detail: string
  /** When the credentials end; null: never. */
  expiresAt?: Date | null
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
  /** Visitors may ask to be called back, by this queue or (null) the account's own; null: they may not. */
  callback: { queueId: string | null } | null
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
  setup?: ChannelSetup
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
  /** Set when `send`, `react` and `markRead` work only in the process in which `listen` runs for the account. */
  sendsWhereItListens?: true
  /** Puts our emoji on a message of the customer's ('' takes it back). Throws ChannelError. */
  react?(reaction: { address: string; on: string; emoji: string }, account: Account<S>): Promise<void>
  /** Shows the customer that their messages were read, up to and with this one. Throws ChannelError. */
  markRead?(read: { address: string; externalId: string }, account: Account<S>): Promise<void>
  /** The texts that the platform has for this account, all of them. Throws ChannelError. */
  templates?(account: Account<S>, signal: AbortSignal): Promise<MessageTemplate[]>
  /** How the platform shows the person at an address; null: it does not say. Throws ChannelError. */
  profile?(address: string, account: Account<S>, signal: AbortSignal): Promise<Profile | null>
  /**
   * Asks the provider now and then whether it still accepts our credentials. Resolves with what an administrator should
   * know ahead of time ('' for nothing), also when they end; throws ChannelError.
   */
  check?(account: Account<S>, signal: AbortSignal): Promise<string | Checked>
  /** Tries the settings without sending to a customer. */
  test?(account: Account<S>, signal: AbortSignal): Promise<TestReport>
  visitor?: VisitorDoor<S>
  calls?: CallDoor<S>
  bulk?: BulkDoor<S>
  bulkTemplates?: TemplateDoor<S>
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
