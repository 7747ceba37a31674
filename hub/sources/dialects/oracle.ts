import { placed } from '../statement.ts'
import { loadOptional, type Adapter, type Bound, type RawRow } from './adapter.ts'

interface Connection {
  callTimeout: number
  execute(sql: string, values: Bound[], options?: object): Promise<{ rows?: RawRow[] }>
  rollback(): Promise<void>
  close(options: { drop: boolean }): Promise<void>
}

/** Rows as objects, in the driver's numbering. */
const outFormatObject = 4002

/** In the driver's thin mode: nothing of Oracle's is installed. */
export const oracle: Adapter = {
  client: 'oracledb',
  driver: 'oracledb',
  load: () => loadOptional('oracledb'),
  usualPort: 1521,
  connection: ({ host, port, database, user, tls, timeoutMs }, password) => ({
    user,
    password,
    connectString: `${tls === 'off' ? 'tcp' : 'tcps'}://${host}:${String(port)}/${database}?connect_timeout=${String(
      Math.ceil(timeoutMs / 1000)
    )}&ssl_server_dn_match=${tls === 'verify' ? 'yes' : 'no'}`
  }),
  async ask(raw, statement, values, { timeoutMs, maxRows }) {
    const connection = raw as Connection
    connection.callTimeout = timeoutMs
    await connection.execute('SET TRANSACTION READ ONLY', [])
    try {
      const sql = placed(statement, (number) => `:${String(number)}`)
      const { rows } = await connection.execute(sql, values, { maxRows, outFormat: outFormatObject })
      return rows ?? []
    } finally {
      await connection.rollback()
    }
  },
  kill(raw) {
    void (raw as Connection).close({ drop: true }).catch(() => undefined) // it is broken anyway
  }
}
