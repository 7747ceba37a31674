import { createRequire } from 'node:module'
import { placed } from '../statement.ts'
import type { Adapter, Bound, RawRow } from './adapter.ts'

const require = createRequire(import.meta.url)

interface Connection {
  query(
    query: string | { text: string; values?: Bound[]; types?: { getTypeParser(): (text: string) => string } }
  ): Promise<{ rows: RawRow[] }>
  connection: { stream: { destroy(): void } }
}

/** Values as the server writes them: a number keeps its digits, a date its day. */
const asText = { getTypeParser: () => (text: string) => text }

/**
 * A cursor takes a SELECT and nothing else, the values are bound by the protocol, and only the rows that are wanted
 * come over the wire.
 */
export const postgresql: Adapter = {
  client: 'pg',
  driver: 'pg',
  // The package brings no types, and needs none here: it is only handed to knex.
  load: async () => (await Promise.resolve(require('pg'))) as unknown,
  usualPort: 5432,
  connection: ({ host, port, database, user, tls, timeoutMs }, password) => ({
    host,
    port,
    database,
    user,
    password,
    ssl: tls === 'off' ? false : { rejectUnauthorized: tls === 'verify' },
    connectionTimeoutMillis: timeoutMs,
    application_name: 'palabre',
    keepAlive: true
  }),
  async ask(raw, statement, values, { timeoutMs, maxRows }) {
    const connection = raw as Connection
    await connection.query(`BEGIN READ ONLY; SET LOCAL statement_timeout = ${String(timeoutMs)}`)
    try {
      const text = `DECLARE look_up NO SCROLL CURSOR FOR ${placed(statement, (n) => `$${String(n)}`)}`
      await connection.query({ text, values })
      const { rows } = await connection.query({
        text: `FETCH ${String(maxRows)} FROM look_up`,
        types: asText
      })
      return rows
    } finally {
      await connection.query('ROLLBACK')
    }
  },
  kill: (raw) => (raw as Connection).connection.stream.destroy()
}
