import { Type, type Static, type TSchema } from 'typebox'
import {
  ById,
  Exact,
  Id,
  Name,
  Nullable,
  OneOf,
  Page,
  Time,
  Version,
  defineResource,
  defineRoute
} from './define.ts'
import { audienceChannels } from './consent.ts'

const read = 'audience:read'
const write = 'audience:write'
const Count = Type.Integer({ minimum: 0 })

/** Contacts chosen one by one. */
export const ContactList = Type.Object({
  id: Id,
  version: Version,
  name: Type.String(),
  description: Type.String(),
  archived: Type.Boolean(),
  members: Count,
  createdBy: Type.String(),
  createdAt: Time,
  updatedAt: Time
})
export type ContactList = Static<typeof ContactList>

const Description = Type.String({ maxLength: 500 })

export const listLists = defineRoute({
  name: 'list.list',
  summary: 'Lists of contacts, by name',
  method: 'GET',
  url: '/api/lists',
  permission: read,
  query: Exact({ archived: Type.Optional(Type.Boolean()) }),
  reply: Type.Object({ items: Type.Array(ContactList) })
})

export const readList = defineRoute({
  name: 'list.read',
  summary: 'One list, its members counted anew',
  method: 'GET',
  url: '/api/lists/:id',
  permission: read,
  params: ById,
  reply: ContactList
})

export const createList = defineRoute({
  name: 'list.create',
  summary: 'Makes an empty list',
  method: 'POST',
  url: '/api/lists',
  permission: write,
  body: Exact({ name: Name, description: Type.Optional(Description) }),
  reply: ContactList,
  audited: true
})

export const updateList = defineRoute({
  name: 'list.update',
  summary: 'Changes name and description',
  method: 'PATCH',
  url: '/api/lists/:id',
  permission: write,
  params: ById,
  body: Exact({
    version: Version,
    change: Exact({ name: Type.Optional(Name), description: Type.Optional(Description) })
  }),
  reply: ContactList,
  audited: true
})

export const archiveList = defineRoute({
  name: 'list.archive',
  summary: 'Takes a list out of use; an import into it stops, and restore brings it back with its members',
  method: 'DELETE',
  url: '/api/lists/:id',
  permission: write,
  params: ById,
  reply: ContactList,
  audited: true
})

export const restoreList = defineRoute({
  name: 'list.restore',
  summary: 'Brings an archived list back',
  method: 'POST',
  url: '/api/lists/:id/restore',
  permission: write,
  params: ById,
  reply: ContactList,
  audited: true
})

export const memberSources = ['hand', 'import', 'segment'] as const

/** A contact as lists and segments show them. */
export const Member = Type.Object({
  contactId: Id,
  name: Type.String(),
  email: Nullable(Type.String()),
  phone: Nullable(Type.String()),
  whatsapp: Nullable(Type.String()),
  locale: Nullable(Type.String()),
  /** When they came to the list, and how; null for members of a segment. */
  at: Nullable(Time),
  source: Nullable(OneOf(memberSources))
})
export type Member = Static<typeof Member>

export const listMembers = defineRoute({
  name: 'list.members',
  summary: 'Members of a list in a lasting order; who was merged is shown as the contact that they are now',
  method: 'GET',
  url: '/api/lists/:id/members',
  permission: read,
  params: ById,
  query: Exact({
    after: Type.Optional(Id),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 }))
  }),
  reply: Page(Member)
})

const Contacts = Type.Array(Id, { minItems: 1, maxItems: 1000, uniqueItems: true })

export const addMembers = defineRoute({
  name: 'list.addMembers',
  summary: 'Puts contacts on a list; those who are there stay there once',
  method: 'POST',
  url: '/api/lists/:id/members',
  permission: write,
  params: ById,
  body: Exact({ contactIds: Contacts }),
  reply: ContactList,
  audited: true
})

export const removeMembers = defineRoute({
  name: 'list.removeMembers',
  summary: 'Takes contacts off a list',
  method: 'POST',
  url: '/api/lists/:id/members/remove',
  permission: write,
  params: ById,
  body: Exact({ contactIds: Contacts }),
  reply: ContactList,
  audited: true
})

export const takeSegment = defineRoute({
  name: 'list.takeSegment',
  summary: 'Puts everybody on a list whom a segment holds at this moment',
  method: 'POST',
  url: '/api/lists/:id/take-segment',
  permission: write,
  params: ById,
  body: Exact({ segmentId: Id }),
  reply: ContactList,
  audited: true
})

const Attribute = Type.String({ pattern: '^[\\w .-]{1,60}$' })
const Value = Type.String({ minLength: 1, maxLength: 200 })
const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'Date, YYYY-MM-DD' })
const Days = Type.Integer({ minimum: 1, maximum: 3650 })
const kind = <const K extends string>(name: K) => Type.Literal(name)

/** What is true of a contact or not. */
export const Rule = Type.Union([
  Exact({ kind: kind('attribute'), name: Attribute, is: OneOf(['equals', 'contains']), value: Value }),
  Exact({ kind: kind('attribute'), name: Attribute, is: kind('exists') }),
  Exact({
    kind: kind('attribute'),
    name: Attribute,
    is: OneOf(['above', 'below']),
    number: Type.Number({ minimum: -1e15, maximum: 1e15 })
  }),
  /** The value is read as a date of ISO 8601. */
  Exact({ kind: kind('attribute'), name: Attribute, is: OneOf(['after', 'before']), day: Day }),
  /** `fr` is also whoever speaks `fr-CH`. */
  Exact({ kind: kind('locale'), value: Type.String({ pattern: '^[a-zA-Z]{2,3}([-_][a-zA-Z0-9]{2,8})?$' }) }),
  Exact({ kind: kind('has'), point: OneOf(['email', 'phone', 'whatsapp']) }),
  Exact({ kind: kind('list'), listId: Id }),
  /** The last interaction lies within so many days, or is longer ago; whoever had none is neither. */
  Exact({ kind: kind('lastInteraction'), is: OneOf(['within', 'before']), days: Days }),
  Exact({
    kind: kind('interactions'),
    is: OneOf(['atLeast', 'atMost']),
    count: Type.Integer({ minimum: 0, maximum: 100_000 }),
    /** Null: on any. */
    channel: Nullable(Type.String({ pattern: '^[a-z0-9-]{1,40}$' })),
    /** In so many days; null: ever. */
    days: Nullable(Days)
  }),
  /** `notClicked`: received it and clicked nothing. */
  Exact({ kind: kind('campaign'), campaignId: Id, is: OneOf(['received', 'clicked', 'notClicked']) })
])
export type Rule = Static<typeof Rule>

/** `all`: and; `any`: or; `none`: not one of them. */
export const matches = ['all', 'any', 'none'] as const
export type Match = (typeof matches)[number]
export const mostRules = 40
const rulesOf = <T extends TSchema>(rule: T) =>
  Exact({
    kind: kind('group'),
    match: OneOf(matches),
    rules: Type.Array(rule, { minItems: 1, maxItems: mostRules })
  })

const innermost = rulesOf(Rule)
const inner = rulesOf(Type.Union([...Rule.anyOf, innermost]))
/** Rules in groups, three deep. */
export const Rules = rulesOf(Type.Union([...Rule.anyOf, inner]))
export type Rules = Static<typeof Rules>
/** A group at any depth. */
export interface RuleGroup {
  kind: 'group'
  match: Match
  rules: (Rule | RuleGroup)[]
}

/** Contacts who fit rules, whoever that is at the moment. */
export const segment = defineResource({
  name: 'segment',
  path: '/api/segments',
  fields: Exact({ name: Name, description: Description, rules: Rules }),
  defaults: { description: '' },
  read,
  write
})
export type Segment = Static<typeof segment.record>

export const previewSegment = defineRoute({
  name: 'segment.preview',
  summary: 'How many fit rules that are being written, and the first of them',
  method: 'POST',
  url: '/api/segments/preview',
  permission: read,
  body: Exact({ rules: Rules }),
  reply: Type.Object({
    count: Count,
    /** False: counting was broken off at a bound; there are at least so many. */
    exact: Type.Boolean(),
    members: Type.Array(Member)
  }),
  perMinute: 240
})
export type SegmentPreview = Static<(typeof previewSegment)['reply']>

export const listSegmentMembers = defineRoute({
  name: 'segment.members',
  summary: 'Whom a segment holds at this moment, in a lasting order',
  method: 'GET',
  url: '/api/segments/:id/members',
  permission: read,
  params: ById,
  query: Exact({
    after: Type.Optional(Id),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 }))
  }),
  reply: Page(Member)
})

export const listAttributes = defineRoute({
  name: 'segment.attributes',
  summary: 'Names of attributes that contacts have, those seen most first',
  method: 'GET',
  url: '/api/segments/attributes',
  permission: read,
  reply: Type.Object({ names: Type.Array(Type.String()) })
})

const Ids = Type.Array(Id, { maxItems: 50, uniqueItems: true })

/** Whom a campaign is for: on one of the lists or in one of the segments, and in none that is excluded. */
export const AudienceSelection = Exact({
  listIds: Ids,
  segmentIds: Ids,
  excludeListIds: Ids,
  excludeSegmentIds: Ids,
  channel: OneOf(audienceChannels),
  /** What it is sent for: consent is asked for it. Null: nothing is asked. */
  purposeId: Nullable(Id)
})
export type AudienceSelection = Static<typeof AudienceSelection>

/** What a selection comes to. */
export const AudienceCount = Type.Object({
  /** Who is selected, each person once. */
  contacts: Count,
  /** Of them: who would get something. */
  reachable: Count,
  withoutAddress: Count,
  withoutConsent: Count,
  suppressed: Count,
  /** False: counting was broken off at a bound; there are at least so many. */
  exact: Type.Boolean()
})
export type AudienceCount = Static<typeof AudienceCount>

export const countAudience = defineRoute({
  name: 'audience.count',
  summary: 'How many a selection would reach on a channel, and why the others would get nothing',
  method: 'POST',
  url: '/api/audiences/count',
  permission: read,
  body: AudienceSelection,
  reply: AudienceCount,
  perMinute: 240
})
