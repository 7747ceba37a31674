import { placed } from '../statement.ts'
import type { Adapter, Bound, RawRow } from './adapter.ts'

type Done = (error: Error | null, rows: unknown) => void

interface Connection {
  query(sql: string, done: Done): void
  execute(sql: string, values: Bound[], done: Done): void
  destroy(): void
}

const told = (give: (done: Done) => void): Promise<unknown> =>
  new Promise((resolve, reject) => {
    give((error, rows) => (error ? reject(error) : resolve(rows)))
  })

/**
 * MySQL and MariaDB. Values are bound by prepared statements of the server, not written into the text by the driver,
 * and the session itself only reads, stops in time and gives no more rows than are wanted.
 */
export const mysql: Adapter = {
  client: 'mysql2',
  driver: 'mysql2',
  load: async () => (await import('mysql2')).default,
  usualPort: 3306,
  connection: ({ host, port, database, user, tls, timeoutMs }, password) => ({
    host,
    port,
    database,
    user,
    password,
    ...(tls !== 'off' && { ssl: { rejectUnauthorized: tls === 'verify' } }),
    connectTimeout: timeoutMs,
    charset: 'utf8mb4',
    multipleStatements: false,
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true
  }),
  async open(raw, { timeoutMs, maxRows }) {
    const connection = raw as Connection
    const say = (sql: string) => told((done) => connection.query(sql, done))
    const rows = (await say('SELECT VERSION() AS version')) as { version: string }[]
    const isMariadb = /mariadb/i.test(rows[0]?.version ?? '')
    await say('SET SESSION TRANSACTION READ ONLY')
    await say(`SET SESSION sql_select_limit = ${String(maxRows)}`)
    // MariaDB counts in seconds, MySQL in milliseconds.
    await say(
      isMariadb
        ? `SET SESSION max_statement_time = ${String(timeoutMs / 1000)}`
        : `SET SESSION max_execution_time = ${String(timeoutMs)}`
    )
  },
  async ask(raw, statement, values, { maxRows }) {
    const connection = raw as Connection
    const sql = placed(statement, () => '?')
    const rows = (await told((done) => connection.execute(sql, values, done))) as RawRow[]
    return rows.slice(0, maxRows)
  },
  kill: (raw) => (raw as Connection).destroy()
}
