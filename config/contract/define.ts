import { Type, type Static, type TObject, type TSchema } from 'typebox'
import type { Permission } from './permissions.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/**
 * One HTTP route, declared once: the hub validates, filters and documents by it, the app calls it with its types.
 * `permission` is asked of the session; 'public' and 'signed-in' are written out, 'visitor' asks for a visitor's token.
 */
export interface Route {
  name: string
  summary: string
  method: Method
  url: string
  permission: Permission | 'public' | 'signed-in' | 'visitor'
  params?: TSchema
  query?: TSchema
  body?: TSchema
  reply: TSchema
  /** Body is multipart/form-data with one file; `body` is then absent. */
  upload?: boolean
  /** Reply is the bytes of a file. */
  download?: boolean
  /** Largest JSON body in bytes, when not the default 256 KiB. */
  bodyLimit?: number
  /** Requests a minute and address, when not the default. */
  perMinute?: number
  /** The change is written to the audit trail under the route's name. */
  audited?: boolean
}

/** Declares one HTTP route. */
export const defineRoute = <const T extends Route>(route: T): T => route

type Part = 'params' | 'query' | 'body'

/** What a caller of the route gives. */
export type Input<T extends Route> = {
  [K in Extract<keyof T, Part>]: T[K] extends TSchema ? Static<T[K]> : never
}

/** What the route answers. */
export type Reply<T extends Route> = Static<T['reply']>

/** An object that takes nothing beyond what it declares. */
export const Exact = <T extends Record<string, TSchema>>(properties: T, options: object = {}) =>
  Type.Object(properties, { additionalProperties: false, ...options })

export const Id = Type.String({ pattern: '^[0-9a-f]{24}$', description: 'Id: 24 hex digits' })
export type Id = Static<typeof Id>
/** A moment, ISO 8601 in UTC. */
export const Time = Type.String({ format: 'date-time' })
export const Version = Type.Integer({ minimum: 0, description: 'Grows with every change of the record' })
export const Name = Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' })
export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])
export const ById = Exact({ id: Id })
export const Done = Type.Object({ ok: Type.Literal(true) })
/** One of a few words; a plain enum gives better messages than a union. */
export const OneOf = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>({ type: 'string', enum: [...values] })
/** A page of a long list; `next` is handed back as `after`. */
export const Page = <T extends TSchema>(item: T) =>
  Type.Object({ items: Type.Array(item), next: Type.Optional(Type.String()) })

export interface ResourceRoutes {
  list: Route
  create: Route
  update: Route
  archive: Route
  restore: Route
}

/**
 * The five routes of a record that administrators keep (skills, queues, …). Nothing is deleted: it is archived, and can
 * be restored. `update` names the version it was made from; a newer one is refused with `changed-meanwhile`.
 */
export function defineResource<
  const N extends string,
  F extends TObject,
  const R extends Permission,
  D extends Partial<Static<F>> = Record<never, never>
>(resource: { name: N; path: string; fields: F; defaults?: D; read: R; write: Permission }) {
  const { name, path, fields, defaults, read, write } = resource
  const filled = Object.keys(defaults ?? {})
  const record = Type.Object({
    id: Id,
    version: Version,
    archived: Type.Boolean(),
    updatedAt: Time,
    ...fields.properties
  }) as unknown as TObject<
    {
      id: typeof Id
      version: typeof Version
      archived: ReturnType<typeof Type.Boolean>
      updatedAt: typeof Time
    } & F['properties']
  >
  const change = Type.Unsafe<Partial<Static<F>>>(Type.Partial(fields, { additionalProperties: false }))
  const fresh = Type.Unsafe<Omit<Static<F>, keyof D> & Partial<Static<F>>>(
    Type.Object(
      Object.fromEntries(
        Object.entries(fields.properties).map(([field, schema]) => [
          field,
          filled.includes(field) ? Type.Optional(schema) : schema
        ])
      ),
      { additionalProperties: false }
    )
  )
  return {
    name,
    fields,
    /** What a record has that was made without these fields. */
    defaults: (defaults ?? {}) as Partial<Static<F>>,
    record,
    list: defineRoute({
      name: `${name}.list`,
      summary: `Lists every ${name}`,
      method: 'GET',
      url: path,
      permission: read,
      query: Exact({ archived: Type.Optional(Type.Boolean()) }),
      reply: Type.Object({ items: Type.Array(record) })
    }),
    create: defineRoute({
      name: `${name}.create`,
      summary: `Makes a ${name}`,
      method: 'POST',
      url: path,
      permission: write,
      body: fresh,
      reply: record,
      audited: true
    }),
    update: defineRoute({
      name: `${name}.update`,
      summary: `Changes a ${name}; refused with changed-meanwhile when it is newer than \`version\``,
      method: 'PATCH',
      url: `${path}/:id`,
      permission: write,
      params: ById,
      body: Exact({ version: Version, change }),
      reply: record,
      audited: true
    }),
    archive: defineRoute({
      name: `${name}.archive`,
      summary: `Takes a ${name} out of use; restore brings it back`,
      method: 'DELETE',
      url: `${path}/:id`,
      permission: write,
      params: ById,
      reply: record,
      audited: true
    }),
    restore: defineRoute({
      name: `${name}.restore`,
      summary: `Brings an archived ${name} back`,
      method: 'POST',
      url: `${path}/:id/restore`,
      permission: write,
      params: ById,
      reply: record,
      audited: true
    })
  }
}
