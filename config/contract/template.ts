import { Type, type Static } from 'typebox'
import { Done, Exact, Id, Nullable, OneOf, Time, ById, defineRoute } from './define.ts'

export const templateStates = ['approved', 'pending', 'rejected', 'paused', 'disabled'] as const

/** A text that a platform approved beforehand, as it was when the platform was asked last. */
export const MessageTemplate = Type.Object({
  id: Id,
  accountId: Id,
  name: Type.String(),
  /** As the platform writes it: `en_US`. */
  language: Type.String(),
  category: Type.String(),
  state: OneOf(templateStates),
  /** Why it was rejected or paused, in plain words. */
  reason: Type.String(),
  header: Nullable(Type.Object({ kind: OneOf(['text', 'image', 'video', 'document']), text: Type.String() })),
  /** With `{{1}}` or `{{name}}` where something is filled in. */
  body: Type.String(),
  footer: Type.String(),
  buttons: Type.Array(
    Type.Object({
      kind: OneOf(['reply', 'url', 'phone', 'code', 'other']),
      text: Type.String(),
      url: Type.Optional(Type.String())
    })
  ),
  /** What is to be filled in, in the order shown. Keys are `body.1`, `body.name`, `header.1`, `button.0.1`. */
  variables: Type.Array(Type.Object({ key: Type.String(), example: Type.String() })),
  syncedAt: Time
})
export type MessageTemplate = Static<typeof MessageTemplate>

export const listTemplates = defineRoute({
  name: 'template.list',
  summary: 'Templates of one channel account, by name and language; only approved ones can be sent',
  method: 'GET',
  url: '/api/templates',
  permission: 'setting:read',
  query: Exact({ accountId: Id, approved: Type.Optional(Type.Boolean()) }),
  reply: Type.Object({ items: Type.Array(MessageTemplate) })
})

export const syncTemplates = defineRoute({
  name: 'template.sync',
  summary: "Asks the platform for an account's templates now; they are asked for every hour as well",
  method: 'POST',
  url: '/api/accounts/:id/templates/sync',
  permission: 'account:write',
  params: ById,
  reply: Done
})
