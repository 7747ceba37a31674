import type { Hub } from '../hub.ts'
import type { Bound } from './dialects/adapter.ts'
import { setSourceHealth } from './health.ts'
import { countLookup } from './metrics.ts'
import { LookupError } from './pool.ts'
import { openSource, type OpenSource } from './pools.ts'
import { readStatement } from './statement.ts'

/** A row as plain JSON: text as the database writes it, numbers and booleans where the driver has them. */
export type Row = Record<string, Bound>

/** After so many look-ups in a row without an answer, callers are not made to wait for it for a while. */
const failuresAllowed = 3
const restMs = 5000
const longestCell = 500

/**
 * Asks a source. Values are bound to the parameters of the query, one for each name. Never hangs: there is an answer
 * or a LookupError within the source's time-out and a quarter of a second, and what goes wrong is noted at the source.
 */
export async function lookUp(
  hub: Hub,
  sourceId: string,
  query: string,
  values: Record<string, Bound>
): Promise<Row[]> {
  const statement = readStatement(query)
  if (typeof statement === 'string') throw new LookupError('query', statement)
  const missing = statement.names.find((name) => !Object.hasOwn(values, name))
  if (missing !== undefined) throw new LookupError('query', `The parameter ${missing} has no value`)
  const source = await openSource(hub, sourceId)
  if (!source) throw new LookupError('unreachable', 'There is no such source')
  if (Date.now() < source.restsUntil) {
    countLookup('resting', 0)
    throw new LookupError('resting', 'It has not answered lately, and is left alone for some seconds')
  }
  const since = performance.now()
  try {
    const rows = await source.pool.ask(
      statement,
      statement.names.map((name) => values[name] ?? null)
    )
    countLookup(rows.length > 0 ? 'rows' : 'none', performance.now() - since)
    answered(hub, source)
    return rows.map(plainRow)
  } catch (error) {
    const wrong = error instanceof LookupError ? error : new LookupError('query', String(error))
    countLookup(wrong.fault, performance.now() - since)
    if (wrong.fault === 'query') answered(hub, source)
    else missed(hub, source, wrong)
    // What a database says about a query may hold what the caller pressed.
    const detail = wrong.fault === 'query' ? codeOf(wrong.cause) : wrong.message
    hub.log.warn({ source: source.doc.name, fault: wrong.fault, detail }, 'a look-up failed')
    throw wrong
  }
}

const codeOf = (error: unknown): string => String((error as { code?: unknown } | undefined)?.code ?? '')

function answered(hub: Hub, source: OpenSource) {
  source.failures = 0
  source.restsUntil = 0
  if (source.doc.health.state !== 'up') note(hub, source, 'up')
}

function missed(hub: Hub, source: OpenSource, { fault, message }: LookupError) {
  source.failures++
  if (source.failures >= failuresAllowed) source.restsUntil = Date.now() + restMs
  if (source.doc.health.state !== 'down') note(hub, source, 'down', `${fault}: ${message}`)
}

function note(hub: Hub, source: OpenSource, state: 'up' | 'down', detail = '') {
  source.doc.health = { state, detail, since: new Date() }
  setSourceHealth(hub, source.doc, state, detail).catch((error: unknown) => {
    hub.log.warn({ err: error }, 'the health of a source could not be noted')
  })
}

const plainRow = (row: Record<string, unknown>): Row =>
  Object.fromEntries(Object.entries(row).map(([column, cell]) => [column, plain(cell)]))

function plain(cell: unknown): Bound {
  if (cell === null || cell === undefined) return null
  if (typeof cell === 'boolean') return cell
  if (typeof cell === 'number') return Number.isFinite(cell) ? cell : null
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? null : cell.toISOString()
  if (cell instanceof Uint8Array) return Buffer.from(cell).toString('utf8').slice(0, longestCell)
  return (typeof cell === 'object' ? JSON.stringify(cell) : String(cell as string | bigint)).slice(
    0,
    longestCell
  )
}
