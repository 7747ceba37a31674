import type { Reply } from '@palabre/config/contract/define'
import type { SourceFields, testSource } from '@palabre/config/contract/source'
import { LookupError, openPool } from './pool.ts'
import { readStatement } from './statement.ts'

type Outcome = Reply<typeof testSource>
const shownRows = 20

/** Connects, asks for one row, and then the query when there is one; tells each step. Leaves nothing open. */
export async function tryConnection(
  fields: SourceFields,
  password: string,
  query: string | undefined,
  values: Record<string, string>
): Promise<Outcome> {
  const outcome: Outcome = { ok: true, steps: [], columns: [], rows: [] }
  const step = async (name: string, work: () => Promise<string | undefined>) => {
    if (!outcome.ok) return
    try {
      const detail = await work()
      outcome.steps.push({ name, ok: true, ...(detail !== undefined && { detail }) })
    } catch (error) {
      outcome.ok = false
      outcome.steps.push({
        name,
        ok: false,
        detail: error instanceof LookupError ? `${error.fault}: ${error.message}` : String(error)
      })
    }
  }
  let pool: Awaited<ReturnType<typeof openPool>> | null = null
  const ask = async (text: string) => {
    const statement = readStatement(text)
    if (typeof statement === 'string') throw new LookupError('query', statement)
    pool ??= await openPool(fields, password)
    return pool.ask(
      statement,
      statement.names.map((name) => values[name] ?? null)
    )
  }
  try {
    await step('connect', async () => {
      await ask(fields.dialect === 'oracle' ? 'SELECT 1 FROM dual' : 'SELECT 1')
      return undefined
    })
    if (query !== undefined && query.trim() !== '')
      await step('query', async () => {
        const rows = await ask(query)
        outcome.columns = Object.keys(rows[0] ?? {})
        outcome.rows = rows
          .slice(0, shownRows)
          .map((row) => outcome.columns.map((column) => shown(row[column])))
        return String(rows.length)
      })
  } finally {
    await (pool as Awaited<ReturnType<typeof openPool>> | null)?.close()
  }
  return outcome
}

const shown = (cell: unknown): string | null =>
  cell === null || cell === undefined
    ? null
    : (typeof cell === 'object' ? JSON.stringify(cell) : String(cell as string)).slice(0, 200)
