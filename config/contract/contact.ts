import { Type, type Static } from 'typebox'
import { ById, Exact, Id, Name, Nullable, OneOf, Page, Time, Version, defineRoute } from './define.ts'

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
  /** What `contact.picture` gives, while it is the same one; null: there is none. */
  pictureId: Nullable(Id),
  createdAt: Time
})
export type Contact = Static<typeof Contact>

export const searchContacts = defineRoute({
  name: 'contact.search',
  summary: 'Finds contacts by name or contact point; a number may be typed in any of its forms',
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
  summary: 'Reads one contact; who was merged is read as the contact that they are now',
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

/** Kinds of points that can be typed; the others only come with a message. */
export const typedPointKinds = ['email', 'phone', 'whatsapp'] as const

export const addContactPoint = defineRoute({
  name: 'contact.addPoint',
  summary:
    'Adds a point by hand; refused with already-exists and, as `detail`, the id of the contact who has it',
  method: 'POST',
  url: '/api/contacts/:id/points',
  permission: 'contact:write',
  params: ById,
  body: Exact({ kind: OneOf(typedPointKinds), value: Type.String({ minLength: 3, maxLength: 320 }) }),
  reply: Contact,
  audited: true
})

export const removeContactPoint = defineRoute({
  name: 'contact.removePoint',
  summary: 'Takes a point from a contact; whoever writes from it next is somebody new',
  method: 'POST',
  url: '/api/contacts/:id/points/remove',
  permission: 'contact:write',
  params: ById,
  body: Exact({ kind: OneOf(pointKinds), value: Type.String({ minLength: 1, maxLength: 320 }) }),
  reply: Contact,
  audited: true
})

export const readContactPicture = defineRoute({
  name: 'contact.picture',
  summary: 'The small square picture of a contact (WebP); nothing (204) when there is none',
  method: 'GET',
  url: '/api/contacts/:id/picture',
  permission: 'contact:read',
  params: ById,
  /** The picture's id, so that a new one is fetched at once. */
  query: Exact({ v: Type.Optional(Id) }),
  reply: Type.Unknown(),
  download: true
})

export const likenessReasons = [
  'same-number',
  'claimed-email',
  'same-claimed-email',
  'same-site-id',
  'same-name-company'
] as const
export type LikenessReason = (typeof likenessReasons)[number]

/** Somebody who may be the same person, why, and how sure that is. */
export const Likeness = Type.Object({
  contact: Contact,
  reasons: Type.Array(Type.Object({ code: OneOf(likenessReasons), value: Type.String() })),
  confidence: OneOf(['certain', 'likely', 'possible'])
})
export type Likeness = Static<typeof Likeness>

export const suggestMerges = defineRoute({
  name: 'contact.suggest',
  summary: 'Other contacts who may be the same person, the surest first',
  method: 'GET',
  url: '/api/contacts/:id/suggestions',
  permission: 'contact:read',
  params: ById,
  reply: Type.Object({ items: Type.Array(Likeness) })
})

export const distinguishContacts = defineRoute({
  name: 'contact.distinguish',
  summary: 'Says for good that two contacts are not the same person',
  method: 'POST',
  url: '/api/contacts/:id/distinct',
  permission: 'contact:write',
  params: ById,
  body: Exact({ otherId: Id }),
  reply: Contact,
  audited: true
})

const Side = OneOf(['mine', 'theirs'])
/** Whose value a merged contact has where both have one: `mine` unless said. The other one is kept for an un-merge. */
export const MergeChoices = Type.Partial(
  Exact({
    name: Side,
    company: Side,
    locale: Side,
    attributes: Type.Record(Type.String({ pattern: '^[\\w .-]{1,60}$' }), Side, {
      additionalProperties: false
    })
  }),
  { additionalProperties: false }
)
export type MergeChoices = Static<typeof MergeChoices>

export const mergeContacts = defineRoute({
  name: 'contact.merge',
  summary:
    'Joins another contact into this one; its points, conversations and interactions come along. `contact.unmerge` takes it back',
  method: 'POST',
  url: '/api/contacts/:id/merge',
  permission: 'contact:write',
  params: ById,
  body: Exact({ otherId: Id, choices: Type.Optional(MergeChoices) }),
  reply: Type.Object({ mergeId: Id, contact: Contact }),
  audited: true
})

/** One merge: who came into a contact, when, by whom, and whether they left again. */
export const ContactMerge = Type.Object({
  id: Id,
  /** Who came. */
  contactId: Id,
  name: Type.String(),
  points: Type.Array(ContactPoint),
  conversations: Type.Integer({ description: 'How many came along' }),
  state: OneOf(['merging', 'merged', 'parting', 'parted']),
  at: Time,
  byName: Type.String(),
  partedAt: Nullable(Time),
  partedByName: Type.String()
})
export type ContactMerge = Static<typeof ContactMerge>

export const listMerges = defineRoute({
  name: 'contact.merges',
  summary: 'Who was merged into a contact, newest first',
  method: 'GET',
  url: '/api/contacts/:id/merges',
  permission: 'contact:read',
  params: ById,
  reply: Type.Object({ items: Type.Array(ContactMerge) })
})

export const unmergeContact = defineRoute({
  name: 'contact.unmerge',
  summary:
    'Takes a merge back: points, attributes, conversations and interactions return; what came later goes by its point',
  method: 'POST',
  url: '/api/contacts/:id/merges/:mergeId/undo',
  permission: 'contact:write',
  params: Exact({ id: Id, mergeId: Id }),
  reply: Type.Object({ contact: Contact, parted: Contact }),
  audited: true
})
