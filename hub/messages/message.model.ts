import type { QueueChoice } from '../conversations/arrival.ts'
import { Schema, model, type Types } from 'mongoose'
import type { Choices, FilledTemplate, InboundMedia, PublicPlace } from '@palabre/channels/channel'
import type {
  Attachment as AttachmentWire,
  DeliveryState,
  Message as MessageWire
} from '@palabre/config/contract/message'
import { idText, timeText } from '../wire.ts'

export interface AttachmentRef {
  id: Types.ObjectId
  name: string
  type: string
  size: number
  inline: boolean
  contentId?: string | undefined
  /** There is a small picture of it; its own size in pixels. */
  picture?: { width: number; height: number } | undefined
  /** Why it is not given out, and what the scanner found. */
  check?: 'waiting' | 'infected' | 'unscannable' | undefined
  finding?: string | undefined
}

/** A file that is still with the provider; `failure`: it could not be had, and is not tried again by itself. */
export interface AwaitedMedia extends InboundMedia {
  failure?: string
}

/** An emoji on a message; '' when it was taken back. */
interface ReactionDoc {
  byId: string | null
  emoji: string
  at: Date
  /** What was told before of the same moment: platforms count in seconds, and repeat. */
  told?: string[]
}

/** One utterance. Stored before anything else is done with it; `interactionId` is null until it found a place. */
export interface MessageDoc {
  _id: Types.ObjectId
  accountId: Types.ObjectId
  /** The far side's id of it; unique in the account, so that a repeat has no effect. */
  externalId?: string | undefined
  /** The writer's own id; unique in the interaction. */
  clientId?: string | undefined
  interactionId: Types.ObjectId | null
  conversationId: Types.ObjectId | null
  kind: 'in' | 'out' | 'note'
  /** The customer's contact point. */
  address: string
  author: { kind: 'contact' | 'agent' | 'system'; id: string | null; name: string }
  text: string
  html: string | null
  quotedFrom: number | null
  subject: string | null
  to: string[]
  cc: string[]
  bcc: string[]
  attachments: AttachmentRef[]
  /** Files of it that are still with the provider, and when they are fetched next. */
  media: AwaitedMedia[]
  mediaAt: Date | null
  mediaAttempts: number
  mentions: string[]
  /** The one message that it answers, where its writer chose one. */
  answersId?: Types.ObjectId | undefined
  /** Each side has one at most. */
  reactions?: { contact?: ReactionDoc; agent?: ReactionDoc } | undefined
  public?: PublicPlace | undefined
  audience?: 'public' | 'private' | undefined
  /** Of a note by a supervisor: the agent whom it is for, and the queue whose supervisors see it as well. */
  whisper?: { agentId: string; name: string; queueId: string } | undefined
  choices?: Choices | undefined
  /** What the customer chose, of the choices of a message of ours. */
  chosen?: string | undefined
  template?: FilledTemplate | undefined
  /** What it said before the customer changed it or took it back, oldest first. */
  amendments?: { text: string; at: Date; to: 'edited' | 'removed' }[] | undefined
  /** What the provider is still to be told about it, and when that is tried next. */
  errands?: { read?: true; react?: string } | undefined
  errandAt?: Date | null | undefined
  errandAttempts?: number | undefined
  state: DeliveryState
  failure: { reason: string; temporary: boolean } | null
  automatic: string | null
  rawId: Types.ObjectId | null
  thread: { own: string[]; external: string[] } | null
  /** Where the interaction that it begins is queued, when not as the account says. */
  into?: QueueChoice | undefined
  sendAt: Date | null
  /** The worker that is sending it, until when; afterwards another may take it. */
  claim: { by: string; until: Date } | null
  attempts: number
  /** When the hub took it: with `_id` the order of messages. Never goes back within a process. */
  at: Date
  sentAt: Date | null
  /** Set until its interaction knows of it and it was told; what is left overdue was left by a crash. */
  pendingAt: Date | null
}

const schema = new Schema<MessageDoc>(
  {
    accountId: 'ObjectId',
    externalId: String,
    clientId: String,
    interactionId: { type: 'ObjectId', default: null },
    conversationId: { type: 'ObjectId', default: null },
    kind: String,
    address: String,
    author: Object,
    text: String,
    html: { type: String, default: null },
    quotedFrom: { type: Number, default: null },
    subject: { type: String, default: null },
    to: [String],
    cc: [String],
    bcc: [String],
    attachments: [Object],
    media: { type: [Object], default: [] },
    mediaAt: { type: Date, default: null },
    mediaAttempts: { type: Number, default: 0 },
    mentions: [String],
    answersId: 'ObjectId',
    reactions: Object,
    public: Object,
    audience: String,
    whisper: Object,
    choices: Object,
    chosen: String,
    template: Object,
    amendments: { type: [Object], default: undefined },
    errands: Object,
    errandAt: Date,
    errandAttempts: Number,
    state: String,
    failure: { type: Object, default: null },
    automatic: { type: String, default: null },
    rawId: { type: 'ObjectId', default: null },
    thread: { type: Object, default: null },
    into: Object,
    sendAt: { type: Date, default: null },
    claim: { type: Object, default: null },
    attempts: { type: Number, default: 0 },
    at: Date,
    sentAt: { type: Date, default: null },
    pendingAt: { type: Date, default: null }
  },
  { collection: 'messages', versionKey: false, minimize: false, strict: 'throw' }
)
schema.index(
  { accountId: 1, externalId: 1 },
  { unique: true, partialFilterExpression: { externalId: { $type: 'string' } } }
)
schema.index(
  { interactionId: 1, clientId: 1 },
  { unique: true, partialFilterExpression: { clientId: { $type: 'string' } } }
)
schema.index({ conversationId: 1, at: -1, _id: -1 })
// What has not found its place yet, what waits to leave, whose files are still to be fetched, and of what the provider
// is still to be told: all are few.
schema.index({ pendingAt: 1 }, { partialFilterExpression: { pendingAt: { $type: 'date' } } })
schema.index({ sendAt: 1 }, { partialFilterExpression: { sendAt: { $type: 'date' } } })
schema.index({ mediaAt: 1 }, { partialFilterExpression: { mediaAt: { $type: 'date' } } })
schema.index({ errandAt: 1 }, { partialFilterExpression: { errandAt: { $type: 'date' } } })

export const Message = model<MessageDoc>('Message', schema)

export function presentMessage(doc: MessageDoc): MessageWire {
  return {
    id: doc._id.toHexString(),
    interactionId: idText(doc.interactionId) ?? '',
    conversationId: idText(doc.conversationId) ?? '',
    kind: doc.kind,
    author: doc.author,
    text: doc.text,
    html: doc.html && withInlineImages(doc.html, doc.attachments),
    quotedFrom: doc.quotedFrom,
    subject: doc.subject,
    to: doc.to,
    cc: doc.cc,
    attachments: doc.attachments.map(presentAttachment),
    ...presentMedia(doc.media),
    mentions: doc.mentions,
    ...(doc.answersId && { answersId: doc.answersId.toHexString() }),
    ...presentReactions(doc.reactions),
    ...(doc.public && { public: doc.public }),
    ...(doc.audience && { audience: doc.audience }),
    ...(doc.whisper && { whisper: { agentId: doc.whisper.agentId, name: doc.whisper.name } }),
    ...(doc.choices && { choices: doc.choices }),
    ...(doc.template && { template: doc.template.name }),
    ...(doc.amendments?.length && { amended: doc.amendments[doc.amendments.length - 1]!.to }),
    state: doc.state,
    failure: doc.failure,
    automatic: doc.automatic,
    hasRaw: doc.rawId !== null,
    sendAt: timeText(doc.sendAt),
    at: doc.at.toISOString(),
    clientId: doc.clientId ?? null
  }
}

/** Messages of an earlier version have none. */
function presentMedia(media: AwaitedMedia[] = []): Pick<MessageWire, 'awaited' | 'missing'> {
  const awaited = media.filter(({ failure }) => failure === undefined)
  const missing = media.flatMap(({ name, type, failure: reason }) =>
    reason === undefined ? [] : [{ name, type, reason }]
  )
  return {
    ...(awaited.length > 0 && { awaited: awaited.map(({ name, type }) => ({ name, type })) }),
    ...(missing.length > 0 && { missing })
  }
}

function presentReactions(given: MessageDoc['reactions']): Pick<MessageWire, 'reactions'> {
  const reactions = (['contact', 'agent'] as const).flatMap((by) => {
    const { emoji = '', byId = null } = given?.[by] ?? {}
    return emoji === '' ? [] : [{ by, byId, emoji }]
  })
  return reactions.length > 0 ? { reactions } : {}
}

/** `cid:` references become the addresses of the images that came with the message. */
function withInlineImages(html: string, attachments: AttachmentRef[]): string {
  return attachments.reduce(
    (text, { id, contentId }) =>
      contentId ? text.replaceAll(`cid:${contentId}`, `/api/attachments/${id.toHexString()}`) : text,
    html
  )
}

export const presentAttachment = ({
  id,
  name,
  type,
  size,
  inline,
  picture,
  check,
  finding
}: AttachmentRef): AttachmentWire => ({
  id: id.toHexString(),
  name,
  type,
  size,
  inline,
  ...(picture && { picture }),
  ...(check && { check }),
  ...(finding && { finding }),
  url: `/api/attachments/${id.toHexString()}`
})

let lastAt = 0

/** The moment a message is taken: never earlier than the one before it. */
export function messageTime(): Date {
  lastAt = Math.max(lastAt, Date.now())
  return new Date(lastAt)
}

/** A message with everything that is not given at its default. */
export const messageFrom = (
  given: Pick<MessageDoc, '_id' | 'accountId' | 'kind' | 'address' | 'author' | 'text' | 'state'> &
    Partial<MessageDoc>
): MessageDoc => ({
  interactionId: null,
  conversationId: null,
  html: null,
  quotedFrom: null,
  subject: null,
  to: [],
  cc: [],
  bcc: [],
  attachments: [],
  media: [],
  mediaAt: null,
  mediaAttempts: 0,
  mentions: [],
  failure: null,
  automatic: null,
  rawId: null,
  thread: null,
  sendAt: null,
  claim: null,
  attempts: 0,
  at: messageTime(),
  sentAt: null,
  pendingAt: new Date(),
  ...given
})
