import { demoCustomers, demoFlow } from '@palabre/hub/flows/demo'
import { startMariadb } from '../simulators/databases/mariadb.ts'
import { startPostgres } from '../simulators/databases/postgres.ts'
import type { Database } from '../simulators/databases/server.ts'
import type { CallCentre } from './call-centre.ts'
import { recordNamed } from './people.ts'

const password = 'reads-and-nothing-else'

/** Real databases that know the bank's customers, and a login that may only read them. */
export const customerDatabases = [
  {
    dialect: 'postgresql',
    installed: Boolean(process.env['PALABRE_POSTGRES']),
    start: startPostgres,
    reader: `CREATE ROLE reader LOGIN PASSWORD '${password}'; GRANT SELECT ON customers TO reader;`
  },
  {
    dialect: 'mysql',
    installed: Boolean(process.env['PALABRE_MARIADB']),
    start: startMariadb,
    reader: `CREATE USER reader@'127.0.0.1' IDENTIFIED BY '${password}'; GRANT SELECT ON bank.* TO reader@'127.0.0.1';`
  }
] as const

export type CustomerDatabase = (typeof customerDatabases)[number]

/** Starts it, with the customers in it. */
export async function startCustomers({ start, reader }: CustomerDatabase): Promise<Database> {
  const database = await start()
  await database.admin(`${demoCustomers}\n`)
  await database.admin(`${reader}\n`)
  return database
}

/** Publishes the bank's flow with its look-up in this database; gives the id. */
export async function publishLookup(
  { admin }: CallCentre,
  { dialect }: CustomerDatabase,
  { port }: Database
): Promise<string> {
  const named = async (path: string, name: string) => (await recordNamed(admin, path, name)).id as string
  const made = async (path: string, body: unknown) => {
    const answer = await admin.post(path, body)
    if (answer.status !== 200) throw new Error(`${path}: ${JSON.stringify(answer.body)}`)
    return answer.body as { id: string; version: number }
  }
  const source = await made('/api/sources', {
    name: 'Customers',
    dialect,
    host: '127.0.0.1',
    port,
    database: 'bank',
    user: 'reader',
    password,
    tls: 'off',
    timeoutMs: 1500,
    maxRows: 5
  })
  const { id, version } = await made('/api/flows', {
    ...demoFlow({
      careQueueId: await named('/api/queues', 'Customer care'),
      loansQueueId: await named('/api/queues', 'Loans'),
      cardsSkillId: await named('/api/skills', 'Cards and accounts'),
      loansSkillId: await named('/api/skills', 'Loans'),
      calendarId: await named('/api/calendars', 'Always open (demo)'),
      sourceId: source.id
    }),
    // The demo has one of the usual name already.
    name: 'Accueil avec recherche'
  })
  await made(`/api/flows/${id}/publish`, { version, note: '' })
  return id
}

/** Changes the voice account; settings that are not named stay. */
export async function changeLine(
  { admin, accountId }: CallCentre,
  change: Record<string, unknown>
): Promise<void> {
  const { items } = (await admin.get('/api/accounts')).body as { items: { id: string; version: number }[] }
  const { version } = items.find(({ id }) => id === accountId)!
  const { status, body } = await admin.send('PATCH', `/api/accounts/${accountId}`, { version, change })
  if (status !== 200) throw new Error(`the account is not changed: ${JSON.stringify(body)}`)
}
