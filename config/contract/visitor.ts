import { Type, type Static } from 'typebox'
import { Done, Exact, Id, Nullable, OneOf, Time, defineRoute } from './define.ts'
import { Attachment } from './message.ts'

/** What the customer's client shows of one message. */
export const VisitorMessage = Type.Object({
  id: Id,
  clientId: Nullable(Type.String()),
  mine: Type.Boolean(),
  authorName: Type.String(),
  text: Type.String(),
  attachments: Type.Array(Attachment),
  state: OneOf(['sent', 'delivered', 'read']),
  at: Time
})
export type VisitorMessage = Static<typeof VisitorMessage>

/** Where a visitor stands; sent whole whenever it changes. */
export const VisitorState = Type.Object({
  /** new: nothing asked yet; closed-now: outside opening hours; ended: may be rated, or begun anew. */
  phase: OneOf(['new', 'closed-now', 'queued', 'active', 'ended']),
  name: Type.String(),
  email: Type.String(),
  agentName: Nullable(Type.String()),
  /** 1 is next. */
  position: Nullable(Type.Integer()),
  /** Honest estimate in seconds; null when there is nothing to estimate from. */
  estimatedWaitS: Nullable(Type.Integer()),
  /** What may be chosen instead of waiting. */
  suggestion: Nullable(OneOf(['callback', 'voicemail', 'form'])),
  opensAt: Nullable(Time),
  rating: Nullable(Type.Integer()),
  canTranscript: Type.Boolean()
})
export type VisitorState = Static<typeof VisitorState>

export const AccountParams = Exact({ accountId: Id })

const Claim = Exact({
  id: Type.String({ minLength: 1, maxLength: 200 }),
  name: Type.Optional(Type.String({ maxLength: 200 })),
  email: Type.Optional(Type.String({ maxLength: 320 })),
  issuedAt: Type.Integer(),
  signature: Type.String({ maxLength: 200 })
})

/** First call of a client: looks and words, and a token when the visitor is new. */
export const openVisit = defineRoute({
  name: 'visit.open',
  summary: 'Begins or resumes a visit; the token is the only proof of the visitor and is kept by the client',
  method: 'POST',
  url: '/api/visitor/:accountId/open',
  permission: 'public',
  params: AccountParams,
  body: Exact({
    token: Type.Optional(Type.String({ maxLength: 500 })),
    identity: Type.Optional(Claim),
    locale: Type.Optional(Type.String({ maxLength: 12 })),
    page: Type.Optional(
      Exact({ url: Type.String({ maxLength: 2000 }), title: Type.String({ maxLength: 300 }) })
    )
  }),
  reply: Type.Object({
    token: Type.String(),
    appearance: Type.Record(Type.String(), Type.Unknown()),
    state: VisitorState,
    messages: Type.Array(VisitorMessage)
  }),
  perMinute: 120
})

export const uploadVisitFile = defineRoute({
  name: 'visit.upload',
  summary: 'Uploads one file to send with a message (multipart, field "file")',
  method: 'POST',
  url: '/api/visitor/:accountId/attachments',
  permission: 'visitor',
  params: AccountParams,
  reply: Attachment,
  upload: true,
  perMinute: 30
})

export const readVisitFile = defineRoute({
  name: 'visit.file',
  summary: 'The bytes of a file of this visit; the token comes as the query `token`',
  method: 'GET',
  url: '/api/visitor/:accountId/attachments/:id',
  permission: 'visitor',
  params: Exact({ accountId: Id, id: Id }),
  query: Exact({ token: Type.Optional(Type.String({ maxLength: 500 })) }),
  reply: Type.Unknown(),
  download: true
})

export const leaveOfflineMessage = defineRoute({
  name: 'visit.offline',
  summary: 'Leaves a message outside opening hours; it is answered by mail',
  method: 'POST',
  url: '/api/visitor/:accountId/offline',
  permission: 'visitor',
  params: AccountParams,
  body: Exact({
    name: Type.String({ minLength: 1, maxLength: 200 }),
    email: Type.String({ format: 'email', maxLength: 320 }),
    text: Type.String({ minLength: 1, maxLength: 5000 })
  }),
  reply: Done,
  perMinute: 10
})

export const requestTranscript = defineRoute({
  name: 'visit.transcript',
  summary: 'Sends the chat to an address by mail',
  method: 'POST',
  url: '/api/visitor/:accountId/transcript',
  permission: 'visitor',
  params: AccountParams,
  body: Exact({ email: Type.String({ format: 'email', maxLength: 320 }) }),
  reply: Done,
  perMinute: 5
})

const ClientId = Type.String({ pattern: '^[\\w-]{8,64}$' })

/**
 * Frames from the customer's client on /api/visitor/:accountId/live. The first one is `hello` with the token;
 * each `say` is answered by `said` with the same clientId once it is stored (a repeat has no effect).
 */
export const VisitorFrame = Type.Union([
  Exact({ type: Type.Literal('hello'), token: Type.String({ maxLength: 500 }) }),
  Exact({
    type: Type.Literal('say'),
    clientId: ClientId,
    text: Type.String({ maxLength: 5000 }),
    attachmentIds: Type.Optional(Type.Array(Id, { maxItems: 10 })),
    /** Answers of the pre-chat form, with the first message. */
    form: Type.Optional(
      Exact({
        name: Type.Optional(Type.String({ maxLength: 200 })),
        email: Type.Optional(Type.String({ maxLength: 320 })),
        fields: Type.Optional(Type.Record(Type.String({ maxLength: 60 }), Type.String({ maxLength: 500 })))
      })
    )
  }),
  Exact({ type: Type.Literal('typing'), on: Type.Boolean() }),
  Exact({ type: Type.Literal('seen'), messageId: Id, read: Type.Boolean() }),
  Exact({ type: Type.Literal('end') }),
  Exact({
    type: Type.Literal('rate'),
    score: Type.Integer({ minimum: 1, maximum: 5 }),
    comment: Type.Optional(Type.String({ maxLength: 2000 }))
  }),
  Exact({ type: Type.Literal('ping') })
])
export type VisitorFrame = Static<typeof VisitorFrame>

/** Frames to the customer's client. `ready` comes after `hello`, whole, also after a reconnect. */
export type VisitorServerFrame =
  | { type: 'ready'; state: VisitorState; messages: VisitorMessage[] }
  | { type: 'state'; state: VisitorState }
  | { type: 'message'; message: VisitorMessage }
  | { type: 'said'; clientId: string; message: VisitorMessage }
  | { type: 'refused'; clientId: string | null; error: string; message: string }
  | { type: 'typing'; on: boolean; name: string }
  | { type: 'pong' }
