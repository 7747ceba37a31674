import knexModule, { type Knex } from 'knex'
import type { SourceFields } from '@palabre/config/contract/source'
import { adapters } from './dialects.ts'
import type { Adapter, Bound, RawRow } from './dialects/adapter.ts'
import type { Statement } from './statement.ts'

// A CommonJS module, whose names Node does not see.
const { knex } = knexModule

/** Why a look-up has no answer. `query`: the database answers, and says that it cannot do this. */
export type LookupFault = 'timeout' | 'unreachable' | 'no-driver' | 'query' | 'resting'

export class LookupError extends Error {
  readonly fault: LookupFault
  constructor(fault: LookupFault, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'LookupError'
    this.fault = fault
  }
}

export interface SourcePool {
  /** Rows in the order in which they came, `maxRows` at most. Throws LookupError, within the time-out and a little. */
  ask(statement: Statement, values: Bound[]): Promise<RawRow[]>
  close(): Promise<void>
}

/** Connections that one hub node keeps to one source. */
const connections = 4
const idleMs = 30_000
/** The server has so much longer to say itself that the time is over, before the connection is broken. */
const graceMs = 250

interface KnexClient {
  acquireConnection(): Promise<unknown>
  releaseConnection(connection: unknown): Promise<void>
}
type ClientClass = new (config: object) => object
const silent = { warn() {}, error() {}, debug() {}, deprecate() {} }

/** Opens the pool of a source; it connects when it is first asked. Throws LookupError('no-driver'). */
export async function openPool(fields: SourceFields, password: string): Promise<SourcePool> {
  const adapter = adapters[fields.dialect]
  const { timeoutMs, maxRows } = fields
  const limits = { timeoutMs, maxRows }
  const settings = { ...fields, port: fields.port || adapter.usualPort }
  const db = knex({
    client: await clientOf(adapter),
    connection: adapter.connection(settings, password),
    log: silent,
    pool: {
      min: 0,
      max: connections,
      acquireTimeoutMillis: timeoutMs,
      createTimeoutMillis: timeoutMs,
      idleTimeoutMillis: idleMs,
      ...(adapter.open && {
        afterCreate(connection: unknown, done: (error: unknown, connection: unknown) => void) {
          adapter.open?.(connection, limits).then(
            () => done(null, connection),
            (error: unknown) => done(error, connection)
          )
        }
      })
    }
  } as unknown as Knex.Config)
  const client = db.client as KnexClient

  const acquire = async (deadline: number) => {
    const coming = client.acquireConnection()
    try {
      return await before(deadline, coming)
    } catch (error) {
      // It may still come, and goes back then.
      coming.then(
        (late) => client.releaseConnection(late),
        () => undefined
      )
      throw asLookupError(error, 'unreachable')
    }
  }

  return {
    async ask(statement, values) {
      const deadline = Date.now() + timeoutMs + graceMs
      const connection = await acquire(deadline)
      try {
        return await before(deadline, adapter.ask(connection, statement, values, limits, db))
      } catch (error) {
        const wrong = asLookupError(error, 'query')
        if (wrong.fault !== 'query') discard(adapter, connection)
        throw wrong
      } finally {
        await client.releaseConnection(connection)
      }
    },
    close: () => db.destroy()
  }
}

/** Breaks a connection whose state is unknown; the pool sees that and makes another. */
function discard(adapter: Adapter, connection: unknown) {
  ;(connection as { __knex__disposed?: unknown }).__knex__disposed = 'broken off'
  adapter.kill(connection)
}

const classes = new Map<string, Promise<ClientClass>>()

/** knex's class of the dialect with the driver that we load: knex itself would look for it from its own folder. */
function clientOf(adapter: Adapter): Promise<ClientClass> {
  let known = classes.get(adapter.client)
  if (!known) {
    known = loadClient(adapter)
    classes.set(adapter.client, known)
    known.catch(() => classes.delete(adapter.client))
  }
  return known
}

async function loadClient({ client, driver, load }: Adapter): Promise<ClientClass> {
  const loaded = await load().catch((error: unknown) => {
    throw new LookupError('no-driver', `The package ${driver} is not installed beside the hub`, {
      cause: error
    })
  })
  const Base = (knex({ client }).client as { constructor: unknown }).constructor as ClientClass
  return class extends Base {
    _driver() {
      return loaded
    }
  }
}

/** What comes in time; a LookupError('timeout') else, and what comes later is nobody's. */
async function before<T>(deadline: number, coming: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new LookupError('timeout', 'It did not answer in time')),
      Math.max(0, deadline - Date.now())
    )
  })
  coming.catch(() => undefined) // heard by the race, or too late
  try {
    return await Promise.race([coming, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Codes by which servers and drivers say that time was over: PostgreSQL, MariaDB, MySQL, Oracle, SQL Server, the pool. */
const timeouts = new Set([
  '57014',
  'ER_STATEMENT_TIMEOUT',
  'ER_QUERY_TIMEOUT',
  'NJS-123',
  'ETIMEOUT',
  'ETIMEDOUT'
])
/** The connection broke, or was never there. Classes 08 and 57P of PostgreSQL, and Node's own. */
const broken =
  /^(08...|57P0.|53300|28...|3D000|E(CONN|PIPE|HOST|NET|AI|NOTFOUND|LOGIN|SOCKET).*|PROTOCOL_.*|ER_(ACCESS_DENIED|DBACCESS_DENIED|BAD_DB|CON_COUNT|SERVER_SHUTDOWN|HOST_|CONNECTION_KILLED|NORMAL_SHUTDOWN).*|NJS-5..|DPI-1.*|SQLITE_(CANTOPEN|NOTADB).*)$/

function asLookupError(error: unknown, usual: 'query' | 'unreachable'): LookupError {
  if (error instanceof LookupError) return error
  const { code, errno, name, message } = error as {
    code?: string
    errno?: number
    name?: string
    message?: string
  }
  const text = message === undefined || message === '' ? String(code ?? name ?? error) : message
  // 1969: MariaDB's statement time-out, which the driver does not name.
  if ((code !== undefined && timeouts.has(code)) || errno === 1969 || /timeout/i.test(name ?? ''))
    return new LookupError('timeout', text, { cause: error })
  const isBroken =
    (code !== undefined && broken.test(code)) ||
    /connection (is closed|terminated|closed|ended)|closed state/i.test(text)
  return new LookupError(isBroken ? 'unreachable' : usual, text, { cause: error })
}
