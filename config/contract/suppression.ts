import { Type, type Static } from 'typebox'
import { Done, Exact, Id, Nullable, OneOf, Page, Time, defineRoute } from './define.ts'

export const suppressionKinds = ['email', 'phone'] as const
export type SuppressionKind = (typeof suppressionKinds)[number]

/** Why nothing is sent to an address, the weightiest first: of two reasons the weightier one is kept. */
export const suppressionReasons = [
  'erasure',
  'complaint',
  'unsubscribe',
  'hard-bounce',
  'manual',
  'import',
  'role-address'
] as const
export type SuppressionReason = (typeof suppressionReasons)[number]

/** An address that gets nothing from campaigns, of one purpose or of any. */
export const Suppression = Type.Object({
  id: Id,
  kind: OneOf(suppressionKinds),
  /** Null: the person was erased; the address is known again by its fingerprint only. */
  address: Nullable(Type.String()),
  /** Null: whatever the purpose. */
  purposeId: Nullable(Id),
  reason: OneOf(suppressionReasons),
  note: Type.String(),
  byName: Type.String(),
  at: Time
})
export type Suppression = Static<typeof Suppression>

const Address = Type.String({ minLength: 3, maxLength: 320 })
const filter = {
  /** A whole address; those of erased people are found by it too. */
  address: Type.Optional(Address),
  reason: Type.Optional(OneOf(suppressionReasons))
}

export const listSuppressions = defineRoute({
  name: 'suppression.list',
  summary: 'Addresses that campaigns leave out, newest first',
  method: 'GET',
  url: '/api/suppressions',
  permission: 'audience:read',
  query: Exact({
    ...filter,
    after: Type.Optional(Type.String({ maxLength: 60 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 }))
  }),
  reply: Type.Intersect([
    Page(Suppression),
    Type.Object({ total: Type.Integer({ description: 'Of all pages' }) })
  ])
})

export const addSuppressions = defineRoute({
  name: 'suppression.add',
  summary: 'Keeps addresses out of campaigns; one that is there already stays as it is',
  method: 'POST',
  url: '/api/suppressions',
  permission: 'suppression:write',
  body: Exact({
    kind: OneOf(suppressionKinds),
    addresses: Type.Array(Address, { minItems: 1, maxItems: 1000 }),
    purposeId: Nullable(Id),
    note: Type.String({ maxLength: 500 })
  }),
  reply: Type.Object({ added: Type.Integer(), wrong: Type.Array(Type.String()) }),
  audited: true
})

export const removeSuppression = defineRoute({
  name: 'suppression.remove',
  summary: 'Lets an address get campaigns again; refused with wrong-state for complaints and erased people',
  method: 'DELETE',
  url: '/api/suppressions/:id',
  permission: 'suppression:write',
  params: Exact({ id: Id }),
  reply: Done,
  audited: true
})

export const exportSuppressions = defineRoute({
  name: 'suppression.export',
  summary: 'Every address that campaigns leave out, as CSV; those of erased people are not in it',
  method: 'GET',
  url: '/api/suppressions/export',
  permission: 'suppression:write',
  reply: Type.Unknown(),
  download: true,
  audited: true
})
