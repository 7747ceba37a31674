import { Type, type Static } from 'typebox'
import { ById, Done, Exact, Id, Name, Nullable, OneOf, Time, defineResource, defineRoute } from './define.ts'

export const audienceChannels = ['email', 'whatsapp'] as const
export type AudienceChannel = (typeof audienceChannels)[number]

/** What something is sent for: a newsletter, offers, service. */
export const purpose = defineResource({
  name: 'purpose',
  path: '/api/purposes',
  fields: Exact({
    name: Name,
    description: Type.String({ maxLength: 500 }),
    /** `consent`: only to those who said yes; `no-objection`: to all who did not say no. */
    asks: OneOf(['consent', 'no-objection'])
  }),
  defaults: { description: '', asks: 'consent' },
  read: 'setting:read',
  write: 'audience:write'
})
export type Purpose = Static<typeof purpose.record>

export const consentSources = [
  'form',
  'import',
  'conversation',
  'paper',
  'unsubscribe',
  'preferences'
] as const
export type ConsentSource = (typeof consentSources)[number]

/** What shows that somebody said so. */
export const ConsentProof = Exact({
  /** What they agreed to, or how they said it. */
  text: Type.String({ maxLength: 2000 }),
  /** The page or form. */
  form: Type.Optional(Type.String({ maxLength: 500 })),
  /** Where from: the network address of a form, the sender of a mail; of a campaign, the address that it was sent to. */
  address: Type.Optional(Type.String({ maxLength: 320 })),
  importId: Type.Optional(Id),
  /** The campaign whose message they answered by; `text` is its name. */
  campaignId: Type.Optional(Id),
  way: Type.Optional(OneOf(['one-click', 'page', 'mail', 'reply', 'platform']))
})
export type ConsentProof = Static<typeof ConsentProof>
/** How somebody said it who was sent a campaign: one click (RFC 8058), the page behind the link, a mail, a word such as
 * STOP, or by the platform's own means. */
export type ConsentWay = NonNullable<ConsentProof['way']>

/** One thing that was said; it is never changed. */
const ConsentLine = Type.Object({
  state: OneOf(['given', 'withdrawn']),
  /** When it was said. */
  at: Time,
  source: OneOf(consentSources),
  proof: ConsentProof,
  byName: Type.String(),
  /** When it was written down. */
  notedAt: Time
})

/** What a contact said about one purpose on one channel: the newest line counts. */
export const Consent = Type.Object({
  channel: OneOf(audienceChannels),
  purposeId: Id,
  state: OneOf(['given', 'withdrawn']),
  at: Time,
  history: Type.Array(ConsentLine)
})
export type Consent = Static<typeof Consent>

export const listConsents = defineRoute({
  name: 'consent.list',
  summary: 'What a contact agreed to and took back, with all that was ever said, newest first',
  method: 'GET',
  url: '/api/contacts/:id/consents',
  permission: 'contact:read',
  params: ById,
  reply: Type.Object({
    items: Type.Array(Consent),
    /** They were erased from all audiences: one of their addresses gets nothing any more. */
    erased: Type.Boolean()
  })
})

export const recordConsent = defineRoute({
  name: 'consent.record',
  summary: 'Writes down that a contact agreed, or takes it back; nothing that was said before is changed',
  method: 'POST',
  url: '/api/contacts/:id/consents',
  permission: 'consent:write',
  params: ById,
  body: Exact({
    channel: OneOf(audienceChannels),
    purposeId: Id,
    state: OneOf(['given', 'withdrawn']),
    source: OneOf(['form', 'conversation', 'paper']),
    /** When it was said; absent: now. */
    at: Type.Optional(Nullable(Time)),
    proof: Type.Omit(ConsentProof, ['importId', 'campaignId', 'way'], { additionalProperties: false })
  }),
  reply: Type.Object({ items: Type.Array(Consent) }),
  audited: true
})

export const eraseAudience = defineRoute({
  name: 'contact.eraseAudience',
  summary:
    'Forgets what campaigns know of a contact: lists, consent, rows of imports, names and addresses of recipients. ' +
    'Their addresses get no campaign any more, known by a keyed fingerprint only. Nothing brings it back',
  method: 'POST',
  url: '/api/contacts/:id/erase-audience',
  permission: 'audience:erase',
  params: ById,
  reply: Done,
  audited: true
})
