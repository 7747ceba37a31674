import { Type, type Static } from 'typebox'
import { ById, Done, Exact, Id, Name, Nullable, OneOf, Page, Time, Version, defineRoute } from './define.ts'

export const pointKinds = ['email', 'phone', 'visitor', 'whatsapp', 'psid', 'igsid', 'x'] as const

export const ContactPoint = Type.Object({
  kind: OneOf(pointKinds),
  value: Type.String({ minLength: 1, maxLength: 320 }),
  /** Proved by a signature or by the channel itself; a claimed address is not. */
  verified: Type.Boolean()
})
export type ContactPoint = Static<typeof ContactPoint>

/** A person, with the points at which channels reach them. */
export const Contact = Type.Object({
  id: Id,
  version: Version,
  name: Type.String(),
  points: Type.Array(ContactPoint),
  locale: Nullable(Type.String()),
  company: Type.String(),
  notes: Type.String(),
  attributes: Type.Record(Type.String(), Type.String()),
  /** Agents whom the contact would rather have, and those whom their matters are never offered to. */
  preferredIds: Type.Array(Id),
  forbiddenIds: Type.Array(Id),
  /** Asked not to be called: nobody may dial their numbers. */
  doNotCall: Type.Boolean(),
  createdAt: Time
})
export type Contact = Static<typeof Contact>

export const searchContacts = defineRoute({
  name: 'contact.search',
  summary: 'Finds contacts by name or contact point',
  method: 'GET',
  url: '/api/contacts',
  permission: 'contact:read',
  query: Exact({
    text: Type.Optional(Type.String({ maxLength: 200 })),
    after: Type.Optional(Type.String({ maxLength: 200 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 }))
  }),
  reply: Page(Contact)
})

export const readContact = defineRoute({
  name: 'contact.read',
  summary: 'Reads one contact',
  method: 'GET',
  url: '/api/contacts/:id',
  permission: 'contact:read',
  params: ById,
  reply: Contact
})

export const updateContact = defineRoute({
  name: 'contact.update',
  summary: "Changes a contact's card",
  method: 'PATCH',
  url: '/api/contacts/:id',
  permission: 'contact:write',
  params: ById,
  body: Exact({
    version: Version,
    change: Type.Partial(
      Exact({
        name: Name,
        company: Type.String({ maxLength: 200 }),
        notes: Type.String({ maxLength: 10_000 }),
        locale: Nullable(Type.String({ maxLength: 12 })),
        preferredIds: Type.Array(Id, { maxItems: 20 }),
        forbiddenIds: Type.Array(Id, { maxItems: 20 }),
        doNotCall: Type.Boolean(),
        attributes: Type.Record(
          Type.String({ pattern: '^[\\w .-]{1,60}$' }),
          Type.String({ maxLength: 500 }),
          {
            additionalProperties: false
          }
        )
      }),
      { additionalProperties: false }
    )
  }),
  reply: Contact,
  audited: true
})

export const mergeContacts = defineRoute({
  name: 'contact.merge',
  summary: 'Joins another contact into this one; its points and conversations come along',
  method: 'POST',
  url: '/api/contacts/:id/merge',
  permission: 'contact:write',
  params: ById,
  body: Exact({ otherId: Id }),
  reply: Done,
  audited: true
})
