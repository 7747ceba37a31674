import { placed } from '../statement.ts'
import { loadOptional, type Adapter, type RawRow } from './adapter.ts'

/** There is no transaction that only reads: the user's rights, and the intent that the connection states, have to do. */
export const sqlserver: Adapter = {
  client: 'mssql',
  driver: 'tedious',
  load: () => loadOptional('tedious'),
  usualPort: 1433,
  connection: ({ host, port, database, user, tls, timeoutMs }, password) => ({
    server: host,
    port,
    database,
    user,
    password,
    connectionTimeout: timeoutMs,
    requestTimeout: timeoutMs,
    options: {
      encrypt: tls !== 'off',
      trustServerCertificate: tls !== 'verify',
      readOnlyIntent: true,
      appName: 'palabre'
    }
  }),
  async ask(connection, statement, values, { timeoutMs, maxRows }, knex) {
    // What is set lasts as long as this one call of sp_executesql.
    const limits = `SET LOCK_TIMEOUT ${String(timeoutMs)}; SET ROWCOUNT ${String(maxRows)};`
    const sql = `${limits} ${placed(statement, () => '?')}`
    const rows = (await knex.raw(sql, values as never).connection(connection)) as RawRow[]
    return rows.slice(0, maxRows)
  },
  kill: (connection) => (connection as { close(): void }).close()
}
