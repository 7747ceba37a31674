import { Type, type Static } from 'typebox'
import { ById, Done, Exact, Id, Name, Nullable, OneOf, Page, Time, Version, defineRoute } from './define.ts'
import { Agent, Proficiency } from './agent.ts'
import { Capacity } from './routing.ts'
import { permissions, roles } from './permissions.ts'

const Email = Type.String({ format: 'email', maxLength: 320 })
const Password = Type.String({ minLength: 1, maxLength: 256 })
export const locales = ['en', 'fr'] as const

export const Preferences = Exact({
  locale: OneOf(locales),
  theme: OneOf(['system', 'light', 'dark']),
  offerSound: OneOf(['bell', 'marimba', 'pulse', 'none']),
  offerVolume: Type.Integer({ minimum: 0, maximum: 100 }),
  notifications: Type.Boolean(),
  /** Added below mail that this person writes; HTML, cleaned. */
  signature: Type.String({ maxLength: 20_000 })
})
export type Preferences = Static<typeof Preferences>

export const User = Type.Object({
  id: Id,
  version: Version,
  archived: Type.Boolean(),
  name: Type.String(),
  email: Type.String(),
  roles: Type.Array(OneOf(roles)),
  locked: Type.Boolean(),
  passwordChangeRequired: Type.Boolean(),
  lastSignInAt: Nullable(Time),
  /** The agent record of those who handle interactions. */
  agentId: Nullable(Id),
  teamId: Nullable(Id),
  /** Teams that a supervisor looks after; null means all. Says nothing for other roles. */
  lookedAfter: Nullable(Type.Array(Id))
})
export type User = Static<typeof User>

/** Who is signed in, and what they may do. */
export const Me = Type.Object({
  user: User,
  permissions: Type.Array(OneOf(Object.keys(permissions) as (keyof typeof permissions)[])),
  agent: Nullable(Agent),
  /** Queues in scope; null means all. */
  queueIds: Nullable(Type.Array(Id)),
  /** Teams in scope; null means all. */
  teamIds: Nullable(Type.Array(Id)),
  preferences: Preferences,
  /** Sent back as the header x-csrf-token with every change. */
  csrf: Type.String()
})
export type Me = Static<typeof Me>

export const signIn = defineRoute({
  name: 'session.signIn',
  summary: 'Signs in and sets the session cookie',
  method: 'POST',
  url: '/api/session',
  permission: 'public',
  body: Exact({ email: Type.String({ minLength: 1, maxLength: 320 }), password: Password }),
  reply: Me,
  perMinute: 60,
  audited: true
})

export const signOut = defineRoute({
  name: 'session.signOut',
  summary: 'Ends this session',
  method: 'DELETE',
  url: '/api/session',
  permission: 'signed-in',
  reply: Done,
  audited: true
})

export const readMe = defineRoute({
  name: 'session.read',
  summary: 'Who is signed in',
  method: 'GET',
  url: '/api/session',
  permission: 'signed-in',
  reply: Me
})

export const listSessions = defineRoute({
  name: 'session.list',
  summary: 'Your sessions on all devices',
  method: 'GET',
  url: '/api/sessions',
  permission: 'signed-in',
  reply: Type.Object({
    items: Type.Array(
      Type.Object({
        id: Id,
        current: Type.Boolean(),
        userAgent: Type.String(),
        address: Type.String(),
        createdAt: Time,
        seenAt: Time
      })
    )
  })
})

export const revokeSession = defineRoute({
  name: 'session.revoke',
  summary: 'Ends one of your sessions',
  method: 'DELETE',
  url: '/api/sessions/:id',
  permission: 'signed-in',
  params: ById,
  reply: Done,
  audited: true
})

export const changePassword = defineRoute({
  name: 'password.change',
  summary: 'Changes your password and ends your other sessions',
  method: 'POST',
  url: '/api/me/password',
  permission: 'signed-in',
  body: Exact({ current: Password, next: Password }),
  reply: Done,
  audited: true
})

export const savePreferences = defineRoute({
  name: 'preferences.save',
  summary: 'Keeps your language, look, sounds and signature',
  method: 'PATCH',
  url: '/api/me/preferences',
  permission: 'signed-in',
  body: Type.Partial(Preferences, { additionalProperties: false }),
  reply: Preferences
})

export const listUsers = defineRoute({
  name: 'user.list',
  summary: 'Everybody with a login',
  method: 'GET',
  url: '/api/users',
  permission: 'user:read',
  query: Exact({ archived: Type.Optional(Type.Boolean()) }),
  reply: Type.Object({ items: Type.Array(User) })
})

const LookedAfter = Nullable(Type.Array(Id, { maxItems: 200, uniqueItems: true }))

const AgentFields = Exact({
  teamId: Nullable(Id),
  skills: Type.Array(Proficiency, { maxItems: 100 }),
  capacity: Nullable(Capacity),
  capacityProfileId: Type.Optional(Nullable(Id))
})

export const createUser = defineRoute({
  name: 'user.create',
  summary: 'Makes a login; agents and supervisors get an agent record',
  method: 'POST',
  url: '/api/users',
  permission: 'user:write',
  body: Exact({
    name: Name,
    email: Email,
    password: Password,
    roles: Type.Array(OneOf(roles), { minItems: 1, uniqueItems: true }),
    lookedAfter: Type.Optional(LookedAfter),
    agent: Type.Optional(AgentFields)
  }),
  reply: User,
  audited: true
})

export const updateUser = defineRoute({
  name: 'user.update',
  summary: 'Changes a login; open sockets and sessions follow at once',
  method: 'PATCH',
  url: '/api/users/:id',
  permission: 'user:write',
  params: ById,
  body: Exact({
    version: Version,
    change: Type.Partial(
      Exact({
        name: Name,
        email: Email,
        roles: Type.Array(OneOf(roles), { minItems: 1, uniqueItems: true }),
        lookedAfter: LookedAfter
      }),
      { additionalProperties: false }
    )
  }),
  reply: User,
  audited: true
})

export const resetPassword = defineRoute({
  name: 'user.resetPassword',
  summary: 'Sets a first password that has to be changed, unlocks, and ends all sessions',
  method: 'POST',
  url: '/api/users/:id/password',
  permission: 'user:write',
  params: ById,
  body: Exact({ password: Password }),
  reply: User,
  audited: true
})

export const archiveUser = defineRoute({
  name: 'user.archive',
  summary: 'Takes a login out of use and ends its sessions',
  method: 'DELETE',
  url: '/api/users/:id',
  permission: 'user:write',
  params: ById,
  reply: User,
  audited: true
})

export const restoreUser = defineRoute({
  name: 'user.restore',
  summary: 'Brings a login back',
  method: 'POST',
  url: '/api/users/:id/restore',
  permission: 'user:write',
  params: ById,
  reply: User,
  audited: true
})

export const AuditEntry = Type.Object({
  id: Id,
  at: Time,
  actorId: Nullable(Id),
  actorName: Type.String(),
  /** Name of the route or of the event: 'queue.update', 'presence.force', 'session.signIn'. */
  action: Type.String(),
  subject: Type.String(),
  subjectId: Nullable(Id),
  /** Field → [before, after]; secrets are never in it. */
  changes: Type.Record(Type.String(), Type.Unknown()),
  address: Type.String(),
  outcome: Type.String()
})
export type AuditEntry = Static<typeof AuditEntry>

export const listAudit = defineRoute({
  name: 'audit.list',
  summary: 'The audit trail, newest first',
  method: 'GET',
  url: '/api/audit',
  permission: 'audit:read',
  query: Exact({
    action: Type.Optional(Type.String({ maxLength: 60 })),
    actorId: Type.Optional(Id),
    subjectId: Type.Optional(Id),
    after: Type.Optional(Type.String({ maxLength: 60 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 }))
  }),
  reply: Page(AuditEntry)
})
