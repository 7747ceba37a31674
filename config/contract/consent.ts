import { Type, type Static } from 'typebox'
import { ById, Exact, Id, Name, Nullable, OneOf, Time, defineResource, defineRoute } from './define.ts'

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
  /** Where from: the network address of a form, the sender of a mail. */
  address: Type.Optional(Type.String({ maxLength: 320 })),
  importId: Type.Optional(Id)
})
export type ConsentProof = Static<typeof ConsentProof>

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
  reply: Type.Object({ items: Type.Array(Consent) })
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
    proof: Type.Omit(ConsentProof, ['importId'], { additionalProperties: false })
  }),
  reply: Type.Object({ items: Type.Array(Consent) }),
  audited: true
})
