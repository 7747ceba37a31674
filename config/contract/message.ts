import { Type, type Static } from 'typebox'
import { ById, Done, Exact, Id, Nullable, OneOf, Page, Time, defineRoute } from './define.ts'

export const deliveryStates = [
  'received',
  'scheduled',
  'queued',
  'sending',
  'sent',
  'delivered',
  'read',
  'failed',
  'cancelled'
] as const
export type DeliveryState = (typeof deliveryStates)[number]

export const Attachment = Type.Object({
  id: Id,
  name: Type.String(),
  type: Type.String(),
  size: Type.Integer({ description: 'Bytes' }),
  inline: Type.Boolean({ description: 'Shown inside the text, not below it' }),
  /** Its size in pixels as it is seen; a small one is at `url` with `?size=thumb`. */
  picture: Type.Optional(Type.Object({ width: Type.Integer(), height: Type.Integer() })),
  /** It is not given out: not checked yet, infected, or more than the scanner takes. */
  check: Type.Optional(OneOf(['waiting', 'infected', 'unscannable'])),
  /** What the scanner calls what it found. */
  finding: Type.Optional(Type.String()),
  url: Type.String({ description: 'Path of the download, on this server' })
})
export type Attachment = Static<typeof Attachment>

export const Author = Type.Object({
  kind: OneOf(['contact', 'agent', 'system']),
  id: Nullable(Id),
  name: Type.String()
})

/** What the customer may tap, under a message of ours. */
export const Choices = Type.Object({
  as: OneOf(['buttons', 'list']),
  /** What opens the list; shown for `list` only. */
  button: Type.Optional(Type.String({ minLength: 1, maxLength: 20 })),
  options: Type.Array(
    Type.Object({
      title: Type.String({ minLength: 1, maxLength: 24 }),
      description: Type.Optional(Type.String({ maxLength: 72 }))
    }),
    { minItems: 1, maxItems: 10 }
  )
})
export type Choices = Static<typeof Choices>

/** An emoji that somebody put on a message; each side has one at most. */
export const Reaction = Type.Object({
  by: OneOf(['contact', 'agent']),
  byId: Nullable(Id),
  emoji: Type.String()
})

/** One utterance in an interaction. `note` is seen by colleagues only. Order: `at`, then `id`. */
export const Message = Type.Object({
  id: Id,
  interactionId: Id,
  conversationId: Id,
  kind: OneOf(['in', 'out', 'note']),
  author: Author,
  text: Type.String(),
  /** Cleaned on the server; shown in a sandboxed frame only. */
  html: Nullable(Type.String()),
  /** Index into `text` from which earlier messages are quoted. */
  quotedFrom: Nullable(Type.Integer()),
  subject: Nullable(Type.String()),
  to: Type.Array(Type.String()),
  cc: Type.Array(Type.String()),
  attachments: Type.Array(Attachment),
  /** Files of it that are still being fetched from the provider. */
  awaited: Type.Optional(Type.Array(Type.Object({ name: Type.String(), type: Type.String() }))),
  /** Files of it that could not be had, and why; `message.fetchMedia` tries again. */
  missing: Type.Optional(
    Type.Array(Type.Object({ name: Type.String(), type: Type.String(), reason: Type.String() }))
  ),
  mentions: Type.Array(Id),
  /** The one earlier message that it answers, where its writer chose one. */
  answersId: Type.Optional(Id),
  reactions: Type.Optional(Type.Array(Reaction)),
  /** It stands where everybody reads it (of a customer's message). */
  public: Type.Optional(
    Type.Object({ kind: OneOf(['comment', 'mention', 'story']), url: Type.Optional(Type.String()) })
  ),
  /** Who reads it, of an answer to a public message. */
  audience: Type.Optional(OneOf(['public', 'private'])),
  /** Of a note by a supervisor: nobody but this agent and supervisors sees it. */
  whisper: Type.Optional(Type.Object({ agentId: Id, name: Type.String() })),
  choices: Type.Optional(Choices),
  /** Name of the approved template that it was sent as. */
  template: Type.Optional(Type.String()),
  /** The customer changed it, or took it back, after it came. */
  amended: Type.Optional(OneOf(['edited', 'removed'])),
  state: OneOf(deliveryStates),
  /** Why it failed or was bounced, in plain words. */
  failure: Nullable(Type.Object({ reason: Type.String(), temporary: Type.Boolean() })),
  automatic: Nullable(Type.String()),
  hasRaw: Type.Boolean(),
  /** When it leaves: send later and the undo time. */
  sendAt: Nullable(Time),
  at: Time,
  /** Echo of the sender's own id, so that a repeated request makes one message. */
  clientId: Nullable(Type.String())
})
export type Message = Static<typeof Message>

export const listMessages = defineRoute({
  name: 'message.list',
  summary: "A conversation's messages, newest page first; `before` is the `next` of the page after it",
  method: 'GET',
  url: '/api/conversations/:id/messages',
  permission: 'interaction:read',
  params: ById,
  query: Exact({
    before: Type.Optional(Type.String({ maxLength: 60 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 }))
  }),
  reply: Page(Message)
})

const ClientId = Type.String({
  pattern: '^[\\w-]{8,64}$',
  description: "Sender's own id; a repeat has no effect"
})

export const sendMessage = defineRoute({
  name: 'message.send',
  summary: 'Answers the customer on the channel of the interaction',
  method: 'POST',
  url: '/api/interactions/:id/messages',
  permission: 'interaction:handle',
  params: ById,
  body: Exact({
    clientId: ClientId,
    text: Type.String({ maxLength: 100_000 }),
    html: Type.Optional(Type.String({ maxLength: 500_000 })),
    subject: Type.Optional(Type.String({ maxLength: 500 })),
    to: Type.Optional(Type.Array(Type.String({ maxLength: 320 }), { maxItems: 50 })),
    cc: Type.Optional(Type.Array(Type.String({ maxLength: 320 }), { maxItems: 50 })),
    bcc: Type.Optional(Type.Array(Type.String({ maxLength: 320 }), { maxItems: 50 })),
    attachmentIds: Type.Optional(Type.Array(Id, { maxItems: 30 })),
    /** A message of the same conversation that it answers. */
    answersId: Type.Optional(Id),
    choices: Type.Optional(Choices),
    /** Of an answer to a public message: where it is read; public when not given. */
    audience: Type.Optional(OneOf(['public', 'private'])),
    /** An approved template instead of free words: `text` is left empty. Values by the keys of its variables. */
    template: Type.Optional(
      Exact({
        templateId: Id,
        values: Type.Record(
          Type.String({ pattern: '^[\\w.]{1,60}$' }),
          Type.String({ minLength: 1, maxLength: 1024 }),
          { additionalProperties: false }
        )
      })
    ),
    /** Leaves at this moment instead of at once (after the channel's undo time). */
    sendAt: Type.Optional(Time),
    /** Ends the interaction with the answer. */
    close: Type.Optional(Exact({ dispositionId: Id, note: Type.Optional(Type.String({ maxLength: 2000 })) }))
  }),
  reply: Message,
  bodyLimit: 1_048_576
})

export const undoMessage = defineRoute({
  name: 'message.undo',
  summary: 'Calls back a message that has not left yet; refused with too-late afterwards',
  method: 'POST',
  url: '/api/messages/:id/undo',
  permission: 'interaction:handle',
  params: ById,
  reply: Message
})

export const reactToMessage = defineRoute({
  name: 'message.react',
  summary: "Puts your emoji on a customer's message; an empty one takes it back",
  method: 'PUT',
  url: '/api/messages/:id/reaction',
  permission: 'interaction:handle',
  params: ById,
  body: Exact({ emoji: Type.String({ maxLength: 16, pattern: '^(|\\p{Extended_Pictographic}.*)$' }) }),
  reply: Message
})

export const retryMessage = defineRoute({
  name: 'message.retry',
  summary: 'Sends a failed message again',
  method: 'POST',
  url: '/api/messages/:id/retry',
  permission: 'interaction:handle',
  params: ById,
  reply: Message
})

export const fetchMessageMedia = defineRoute({
  name: 'message.fetchMedia',
  summary: 'Asks the provider again for files of a received message that could not be had',
  method: 'POST',
  url: '/api/messages/:id/media',
  permission: 'interaction:handle',
  params: ById,
  reply: Message
})

export const addNote = defineRoute({
  name: 'message.note',
  summary: 'Writes a note that only colleagues see; mentioned ones are told',
  method: 'POST',
  url: '/api/interactions/:id/notes',
  permission: 'interaction:read',
  params: ById,
  body: Exact({
    clientId: ClientId,
    text: Type.String({ minLength: 1, maxLength: 10_000 }),
    mentions: Type.Optional(Type.Array(Id, { maxItems: 20 })),
    attachmentIds: Type.Optional(Type.Array(Id, { maxItems: 30 }))
  }),
  reply: Message
})

export const readRaw = defineRoute({
  name: 'message.raw',
  summary: 'The original source of a received message',
  method: 'GET',
  url: '/api/messages/:id/raw',
  permission: 'interaction:read',
  params: ById,
  reply: Type.Unknown(),
  download: true
})

export const Draft = Type.Object({
  text: Type.String(),
  html: Nullable(Type.String()),
  subject: Nullable(Type.String()),
  to: Type.Array(Type.String()),
  cc: Type.Array(Type.String()),
  attachments: Type.Array(Attachment),
  mode: OneOf(['reply', 'note']),
  savedAt: Nullable(Time)
})
export type Draft = Static<typeof Draft>

export const readDraft = defineRoute({
  name: 'draft.read',
  summary: 'Your draft for an interaction',
  method: 'GET',
  url: '/api/interactions/:id/draft',
  permission: 'interaction:read',
  params: ById,
  reply: Draft
})

export const saveDraft = defineRoute({
  name: 'draft.save',
  summary: 'Keeps your draft on the server; an empty one is forgotten',
  method: 'PUT',
  url: '/api/interactions/:id/draft',
  permission: 'interaction:read',
  params: ById,
  body: Exact({
    text: Type.String({ maxLength: 100_000 }),
    html: Type.Optional(Nullable(Type.String({ maxLength: 500_000 }))),
    subject: Type.Optional(Nullable(Type.String({ maxLength: 500 }))),
    to: Type.Optional(Type.Array(Type.String({ maxLength: 320 }), { maxItems: 50 })),
    cc: Type.Optional(Type.Array(Type.String({ maxLength: 320 }), { maxItems: 50 })),
    attachmentIds: Type.Optional(Type.Array(Id, { maxItems: 30 })),
    mode: OneOf(['reply', 'note'])
  }),
  reply: Type.Object({ savedAt: Nullable(Time) }),
  bodyLimit: 1_048_576
})

export const uploadAttachment = defineRoute({
  name: 'attachment.upload',
  summary: 'Uploads one file for a message or note of an interaction (multipart, field "file")',
  method: 'POST',
  url: '/api/interactions/:id/attachments',
  permission: 'interaction:read',
  params: ById,
  reply: Attachment,
  upload: true
})

export const readAttachment = defineRoute({
  name: 'attachment.read',
  summary: 'The bytes of an attachment, or of a part of it (Range); only pictures are ever shown inline',
  method: 'GET',
  url: '/api/attachments/:id',
  permission: 'interaction:read',
  params: ById,
  query: Exact({ size: Type.Optional(OneOf(['thumb'])) }),
  reply: Type.Unknown(),
  download: true
})

export const removeAttachment = defineRoute({
  name: 'attachment.remove',
  summary: 'Forgets an uploaded file that no message carries yet',
  method: 'DELETE',
  url: '/api/attachments/:id',
  permission: 'interaction:read',
  params: ById,
  reply: Done
})
