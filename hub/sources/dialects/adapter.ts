import type { Knex } from 'knex'
import type { SourceFields } from '@palabre/config/contract/source'
import type { Statement } from '../statement.ts'

/** A value that is bound to a parameter. */
export type Bound = string | number | boolean | null
/** Values as the driver gives them, by column. */
export type RawRow = Record<string, unknown>

export interface Limits {
  timeoutMs: number
  maxRows: number
}

/** What differs between databases: how to connect, to ask one question for reading only, and to break off. */
export interface Adapter {
  /** knex's name of the dialect. */
  client: string
  /** The package of the driver. */
  driver: string
  load(): Promise<unknown>
  usualPort: number
  /** knex's connection settings. */
  connection(fields: SourceFields, password: string): object
  /** Told to every new connection before it is used. */
  open?(connection: unknown, limits: Limits): Promise<void>
  /** Asks within a transaction that can only read, with the server's own time limit, and takes `maxRows` at most. */
  ask(
    connection: unknown,
    statement: Statement,
    values: Bound[],
    limits: Limits,
    knex: Knex
  ): Promise<RawRow[]>
  /** Breaks the connection at once, whatever it is doing. */
  kill(connection: unknown): void
}

/** Loads a driver that is not shipped. Its name is no literal, as it need not be there. */
export const loadOptional = async (driver: string): Promise<unknown> => {
  const loaded = (await import(driver)) as { default?: unknown }
  return loaded.default ?? loaded
}
