import { placed } from '../statement.ts'
import { loadOptional, type Adapter, type Bound, type RawRow } from './adapter.ts'

interface Connection {
  prepare(sql: string): { readonly: boolean; iterate(...values: Bound[]): IterableIterator<RawRow> }
  close(): void
}

/**
 * A file, opened for reading. The driver runs in our own thread, so a long query holds up the whole process and cannot
 * be broken off: for small tables only.
 */
export const sqlite: Adapter = {
  client: 'better-sqlite3',
  driver: 'better-sqlite3',
  load: () => loadOptional('better-sqlite3'),
  usualPort: 0,
  connection: ({ database, timeoutMs }) => ({
    filename: database,
    options: { readonly: true, fileMustExist: true, timeout: timeoutMs }
  }),
  ask(raw, statement, values, { maxRows }) {
    const prepared = (raw as Connection).prepare(placed(statement, () => '?'))
    if (!prepared.readonly) return Promise.reject(new Error('It would write'))
    const rows: RawRow[] = []
    for (const row of prepared.iterate(
      ...values.map((value) => (typeof value === 'boolean' ? Number(value) : value))
    )) {
      rows.push(row)
      if (rows.length === maxRows) break
    }
    return Promise.resolve(rows)
  },
  kill: (raw) => (raw as Connection).close()
}
