import { Type, type Static } from 'typebox'
import { ById, Exact, Id, Name, Nullable, OneOf, Time, Version, defineRoute } from './define.ts'

/** Databases that flows look things up in. `sqlserver`, `oracle` and `sqlite` need a driver that is not shipped. */
export const dialects = ['postgresql', 'mysql', 'sqlserver', 'oracle', 'sqlite'] as const
export type Dialect = (typeof dialects)[number]

/** `verify` asks for a certificate that is vouched for; `encrypt` takes any. */
export const tlsModes = ['off', 'encrypt', 'verify'] as const

const properties = {
  name: Name,
  dialect: OneOf(dialects),
  host: Type.String({ maxLength: 253, pattern: '^[A-Za-z0-9._:-]*$', description: 'Empty for sqlite' }),
  port: Type.Integer({ minimum: 0, maximum: 65_535, description: '0: the usual one' }),
  /** Name of the database or service; the path of the file for sqlite. */
  database: Type.String({ minLength: 1, maxLength: 500 }),
  user: Type.String({ maxLength: 200, description: 'Should be allowed to read and nothing else' }),
  tls: OneOf(tlsModes),
  /** How long a caller waits for an answer at most. */
  timeoutMs: Type.Integer({ minimum: 100, maximum: 20_000 }),
  /** A look-up takes so many rows and leaves the rest. */
  maxRows: Type.Integer({ minimum: 1, maximum: 1000 })
}
/** Comes back as null when unset and '•••' when set; sent back so, or left out, it stays as it is. */
const password = Type.Optional(Nullable(Type.String({ maxLength: 500 })))

export const SourceFields = Exact(properties)
export type SourceFields = Static<typeof SourceFields>

export const SourceHealth = Type.Object({
  state: OneOf(['unknown', 'up', 'down']),
  detail: Type.String(),
  since: Nullable(Time)
})
export type SourceHealth = Static<typeof SourceHealth>

export const Source = Type.Object({
  id: Id,
  version: Version,
  archived: Type.Boolean(),
  ...properties,
  password: Nullable(Type.String()),
  health: SourceHealth,
  updatedAt: Time
})
export type Source = Static<typeof Source>

export const listSources = defineRoute({
  name: 'source.list',
  summary: 'Databases that flows look things up in, with their health',
  method: 'GET',
  url: '/api/sources',
  permission: 'source:read',
  query: Exact({ archived: Type.Optional(Type.Boolean()) }),
  reply: Type.Object({ items: Type.Array(Source) })
})

export const createSource = defineRoute({
  name: 'source.create',
  summary: 'Connects a database',
  method: 'POST',
  url: '/api/sources',
  permission: 'source:write',
  body: Exact({ ...properties, password }),
  reply: Source,
  audited: true
})

export const updateSource = defineRoute({
  name: 'source.update',
  summary: 'Changes a source; refused with changed-meanwhile when it is newer than `version`',
  method: 'PATCH',
  url: '/api/sources/:id',
  permission: 'source:write',
  params: ById,
  body: Exact({
    version: Version,
    change: Type.Partial(Exact({ ...properties, password }), { additionalProperties: false })
  }),
  reply: Source,
  audited: true
})

export const archiveSource = defineRoute({
  name: 'source.archive',
  summary: 'Takes a source out of use; refused while a flow asks it',
  method: 'DELETE',
  url: '/api/sources/:id',
  permission: 'source:write',
  params: ById,
  reply: Source,
  audited: true
})

export const restoreSource = defineRoute({
  name: 'source.restore',
  summary: 'Brings an archived source back',
  method: 'POST',
  url: '/api/sources/:id/restore',
  permission: 'source:write',
  params: ById,
  reply: Source,
  audited: true
})

export const testSource = defineRoute({
  name: 'source.test',
  summary: 'Tries a connection (a saved one, or the one given), and a query when there is one',
  method: 'POST',
  url: '/api/sources/test',
  permission: 'source:write',
  perMinute: 60,
  body: Exact({
    sourceId: Type.Optional(Id),
    fields: Type.Optional(Exact({ ...properties, password })),
    query: Type.Optional(Type.String({ maxLength: 10_000 })),
    values: Type.Optional(Type.Record(Type.String({ maxLength: 40 }), Type.String({ maxLength: 500 })))
  }),
  reply: Type.Object({
    ok: Type.Boolean(),
    steps: Type.Array(
      Type.Object({ name: Type.String(), ok: Type.Boolean(), detail: Type.Optional(Type.String()) })
    ),
    columns: Type.Array(Type.String()),
    /** The first rows, as text. */
    rows: Type.Array(Type.Array(Nullable(Type.String())))
  })
})
