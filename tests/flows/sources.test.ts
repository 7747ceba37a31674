import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { closeSources } from '@palabre/hub/sources/pools'
import { lookUp } from '@palabre/hub/sources/look-up'
import { LookupError } from '@palabre/hub/sources/pool'
import { SourceModel, type SourceDoc } from '@palabre/hub/sources/source.model'
import { startMariadb } from '../simulators/databases/mariadb.ts'
import { startPostgres } from '../simulators/databases/postgres.ts'
import type { Database } from '../simulators/databases/server.ts'
import { Person, eventually, openHouse, type Answer, type House } from './house.ts'

const readerPassword = 'read-only-'.padEnd(20, 'x')
const customers = `CREATE TABLE customers (id INT PRIMARY KEY, phone VARCHAR(20), name VARCHAR(100), balance DECIMAL(12,2), since DATE);
INSERT INTO customers VALUES (1, '+221338000001', 'Aminata Ndiaye', 1250000.50, '2019-03-01'),
  (2, '+33142000002', 'Paul O''Brien', -12, '2020-02-29'), (3, '+33142000003', NULL, NULL, NULL);`

/** What is the same question to both servers. */
const kinds = [
  {
    dialect: 'postgresql',
    program: 'PALABRE_POSTGRES',
    start: startPostgres,
    login: (password: string) =>
      `CREATE ROLE reader LOGIN PASSWORD '${password}'; GRANT SELECT ON customers TO reader;
       CREATE ROLE writer LOGIN PASSWORD '${password}'; GRANT ALL ON customers TO writer;
       CREATE FUNCTION forget() RETURNS int LANGUAGE sql AS 'DELETE FROM customers RETURNING 1';
       CREATE SEQUENCE visits; GRANT ALL ON SEQUENCE visits TO writer;`,
    sleep: 'SELECT pg_sleep(:seconds::float)',
    rows: 'SELECT g FROM generate_series(1, 100000) AS g',
    writes: ['SELECT forget()', 'SELECT nextval(:name)'],
    version: 'SELECT version() AS version'
  },
  {
    dialect: 'mysql',
    program: 'PALABRE_MARIADB',
    start: startMariadb,
    login: (password: string) =>
      `CREATE USER reader@'127.0.0.1' IDENTIFIED BY '${password}'; GRANT SELECT ON bank.* TO reader@'127.0.0.1';
       CREATE USER writer@'127.0.0.1' IDENTIFIED BY '${password}'; GRANT ALL ON bank.* TO writer@'127.0.0.1';
       SET GLOBAL log_bin_trust_function_creators = 1;
       CREATE FUNCTION forget() RETURNS INT MODIFIES SQL DATA BEGIN DELETE FROM customers; RETURN 1; END`,
    sleep: 'SELECT SLEEP(:seconds)',
    rows: 'SELECT seq FROM seq_1_to_100000',
    writes: ['SELECT forget()'],
    version: 'SELECT VERSION() AS version'
  }
] as const

let house: House
let admin: Person
beforeAll(async () => {
  house = await openHouse({ jobs: false })
  admin = await Person.signIn(house.url, 'admin')
})
afterAll(async () => {
  await closeSources(house.hub)
  await house.stop()
})

const byPhone = 'SELECT id, name, balance, since FROM customers WHERE phone = :phone'

describe.each(kinds)('a $dialect source', (kind) => {
  const installed = Boolean(process.env[kind.program])
  let server: Database
  let source: Answer['body']
  beforeAll(async () => {
    if (!installed) return
    server = await kind.start()
    // MariaDB's client needs another delimiter for a function with several statements.
    const login = kind.login(readerPassword)
    await server.admin(`${customers}\n`)
    for (const statement of kind.dialect === 'mysql' ? mysqlParts(login) : [login])
      await server.admin(statement)
    source = await make(kind.dialect, { user: 'reader' })
  }, 60_000)
  afterAll(async () => {
    if (installed) await server.stop()
  })
  beforeEach(({ skip }) => {
    if (!installed) skip(`${kind.dialect === 'mysql' ? 'MariaDB' : 'PostgreSQL'} is not installed`)
  })
  // A source that was left alone is asked again.
  afterEach(() => closeSources(house.hub))

  const make = async (name: string, more: object = {}): Promise<Answer['body']> => {
    const { status, body } = await admin.post('/api/sources', {
      name: `${kind.dialect} ${name}`,
      dialect: kind.dialect,
      host: '127.0.0.1',
      port: server.port,
      database: 'bank',
      user: 'reader',
      password: readerPassword,
      tls: 'off',
      timeoutMs: 700,
      maxRows: 5,
      ...more
    })
    expect(status, JSON.stringify(body)).toBe(200)
    return body
  }
  const ask = (query: string, values: Parameters<typeof lookUp>[3] = {}, id: string = source.id) =>
    lookUp(house.hub, id, query, values)
  const faultOf = (asked: Promise<unknown>): Promise<string> =>
    asked.then(
      () => 'none',
      (error: unknown) => (error instanceof LookupError ? error.fault : String(error))
    )
  const count = async () => (await server.admin('SELECT COUNT(*) FROM customers')).trim()
  const health = async (id: string = source.id) =>
    ((await admin.get('/api/sources')).body.items as Answer['body'][]).find((one) => one.id === id)?.health

  it('finds a customer by number, with values as the database writes them', async () => {
    expect(await ask(byPhone, { phone: '+221338000001' })).toEqual([
      {
        id: kind.dialect === 'mysql' ? 1 : '1',
        name: 'Aminata Ndiaye',
        balance: '1250000.50',
        since: '2019-03-01'
      }
    ])
    expect(await ask(byPhone, { phone: '+33142000003' })).toMatchObject([
      { name: null, balance: null, since: null }
    ])
    expect(await ask(byPhone, { phone: '+999' })).toEqual([])
    await eventually('health', async () => (await health()).state === 'up')
  })

  it.each([
    `' OR '1'='1`,
    `'; DROP TABLE customers; --`,
    `" OR ""="`,
    `\\' OR 1=1 -- `,
    `+33' UNION SELECT 1,'x',2,'2020-01-01' -- `,
    `0) OR (1=1`,
    `\u00bf' OR 1=1 #`,
    `1; SELECT pg_sleep(9)`,
    `:phone`,
    `?`,
    `$1`,
    `%`,
    `%s\0`
  ])('takes %s as a number that nobody has', async (hostile) => {
    const found = await ask(byPhone, { phone: hostile }).catch((error: unknown) => error)
    // PostgreSQL has no text with a zero byte: an error, and no row.
    if (found instanceof LookupError) expect(found.fault).toBe('query')
    else expect(found).toEqual([])
    expect(await count()).toBe('3')
  })

  it('takes text for an id that is a number as a mistake, or as a number that nobody has', async () => {
    const query = 'SELECT name FROM customers WHERE id = :id'
    expect(await ask(query, { id: 2 })).toEqual([{ name: "Paul O'Brien" }])
    const found = await ask(query, { id: 'x OR 1=1' }).catch((error: unknown) => (error as LookupError).fault)
    expect(found).toEqual(kind.dialect === 'mysql' ? [] : 'query')
  })

  it('uses one value as often as the query names it', async () => {
    const query =
      'SELECT name FROM customers WHERE phone = :phone OR name = :name OR phone = :phone ORDER BY id'
    expect(await ask(query, { phone: '+33142000002', name: 'Aminata Ndiaye' })).toHaveLength(2)
  })

  it('gives no more rows than are wanted', async () => {
    expect(await ask(kind.rows)).toHaveLength(5)
  })

  it.each(kind.writes)('lets %s write nothing, not even as a user who may', async (query) => {
    const writer = await make(`writer ${query}`, { user: 'writer' })
    expect(await faultOf(ask(query, query.includes(':name') ? { name: 'visits' } : {}, writer.id))).toBe(
      'query'
    )
    expect(await count()).toBe('3')
    expect(await ask(byPhone, { phone: '+33142000002' }, writer.id)).toHaveLength(1)
  })

  it('breaks off what takes too long, in time, and answers the next one', async () => {
    const since = Date.now()
    expect(await faultOf(ask(kind.sleep, { seconds: 20 }))).toBe('timeout')
    expect(Date.now() - since).toBeLessThan(5000)
    await eventually('bad health', async () => (await health()).state === 'down')
    expect((await health()).detail).toContain('timeout')
    expect(await ask(byPhone, { phone: '+33142000002' })).toHaveLength(1)
    await eventually('good health', async () => (await health()).state === 'up')
    // The server itself has stopped, too: nothing of ours is still asleep there.
    const asleep =
      kind.dialect === 'mysql'
        ? "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP%'"
        : "SELECT COUNT(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep%' AND usename = 'reader'"
    await eventually('nobody asleep', async () => (await server.admin(asleep)).trim() === '0')
  })

  it('does not let callers wait for a server that is stuck, and goes on when it moves again', async () => {
    await ask(byPhone, { phone: '+33142000002' })
    await server.freeze()
    try {
      const faults = await Promise.all(
        Array.from({ length: 8 }, () => faultOf(ask(byPhone, { phone: '+33142000002' })))
      )
      expect(new Set(faults)).toEqual(new Set(['timeout']))
      const since = Date.now()
      expect(await faultOf(ask(byPhone, { phone: '+33142000002' }))).toBe('resting')
      expect(Date.now() - since).toBeLessThan(500)
      await eventually('bad health', async () => (await health()).state === 'down')
    } finally {
      await server.thaw()
    }
    await eventually('an answer', () => ask(byPhone, { phone: '+33142000002' }).catch(() => null), 12_000)
    await eventually('good health', async () => (await health()).state === 'up')
  })

  it('says that a killed server is away, and finds it again by itself', async () => {
    await ask(byPhone, { phone: '+33142000002' })
    await server.kill()
    expect(await faultOf(ask(byPhone, { phone: '+33142000002' }))).toMatch(/unreachable|timeout/)
    await server.start()
    expect(
      await eventually('an answer', () => ask(byPhone, { phone: '+33142000002' }).catch(() => null), 12_000)
    ).toHaveLength(1)
  })

  it('is asked over few connections, however many callers come at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) => ask(byPhone, { phone: i % 2 ? '+33142000002' : '+221338000001' }))
    )
    expect(answers.map(([row]) => row?.['name'])).toEqual(
      answers.map((_, i) => (i % 2 ? "Paul O'Brien" : 'Aminata Ndiaye'))
    )
    const connections =
      kind.dialect === 'mysql'
        ? "SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'reader'"
        : "SELECT COUNT(*) FROM pg_stat_activity WHERE usename = 'reader'"
    expect(Number(await server.admin(connections))).toBeLessThanOrEqual(4)
  })

  it('is tried step by step, with a look at rows', async () => {
    const tried = await admin.post('/api/sources/test', {
      sourceId: source.id,
      query: byPhone,
      values: { phone: '+33142000002' }
    })
    expect(tried.body).toMatchObject({
      ok: true,
      steps: [
        { name: 'connect', ok: true },
        { name: 'query', ok: true, detail: '1' }
      ],
      columns: ['id', 'name', 'balance', 'since'],
      rows: [['2', "Paul O'Brien", '-12.00', '2020-02-29']]
    })
    const { name, dialect, host, port, database, user, tls, timeoutMs, maxRows } = source
    const fields = { name, dialect, host, port, database, user, tls, timeoutMs, maxRows }
    const refused = await admin.post('/api/sources/test', { fields: { ...fields, password: 'wrong' } })
    expect(refused.body).toMatchObject({ ok: false, steps: [{ name: 'connect', ok: false }] })
    // The kept password is not told to another server.
    const elsewhere = await admin.post('/api/sources/test', {
      sourceId: source.id,
      fields: { ...fields, host: 'localhost', password: '•••' }
    })
    expect(elsewhere.body.ok).toBe(false)
    const bad = await admin.post('/api/sources/test', { sourceId: source.id, query: 'DELETE FROM customers' })
    expect(bad.body).toMatchObject({ ok: false, steps: [{ ok: true }, { ok: false }] })
    expect(await count()).toBe('3')
  })

  it('keeps its password to itself', async () => {
    const doc = (await SourceModel.findById(source.id).lean()) as SourceDoc
    expect(JSON.stringify(doc)).not.toContain(readerPassword)
    expect(source.password).toBe('•••')
    const moved = await admin.send('PATCH', `/api/sources/${String(source.id)}`, {
      version: source.version,
      change: { host: 'elsewhere.example' }
    })
    expect(moved.body).toMatchObject({ error: 'invalid-input', fields: [{ path: 'password' }] })
    await house.hub.relay.settle()
    const audit = await admin.get(`/api/audit?subjectId=${String(source.id)}&limit=10`)
    expect(audit.body.items).toHaveLength(1)
    expect(JSON.stringify(audit.body)).not.toContain(readerPassword)
  })

  it('asks as it is now after it was changed', async () => {
    const other = await make('changed', { timeoutMs: 5000 })
    expect(await ask(kind.rows, {}, other.id)).toHaveLength(5)
    const changed = await admin.send('PATCH', `/api/sources/${String(other.id)}`, {
      version: other.version,
      change: { maxRows: 2, password: '•••' }
    })
    expect(changed.body).toMatchObject({ maxRows: 2, password: '•••' })
    expect(await ask(kind.rows, {}, other.id)).toHaveLength(2)
    expect((await admin.send('DELETE', `/api/sources/${String(other.id)}`)).body.archived).toBe(true)
    expect(await faultOf(ask(kind.rows, {}, other.id))).toBe('unreachable')
  })
})

/** The one statement of several lines has its own delimiter. */
const mysqlParts = (login: string): string[] => {
  const at = login.indexOf('CREATE FUNCTION')
  return [login.slice(0, at), `DELIMITER //\n${login.slice(at)}//\n`]
}

describe('a source', () => {
  const fields = {
    name: 'Elsewhere',
    dialect: 'oracle',
    host: '127.0.0.1',
    port: 1,
    database: 'bank',
    user: 'reader',
    password: 'x',
    tls: 'off',
    timeoutMs: 300,
    maxRows: 5
  }
  it.each(['sqlserver', 'oracle', 'sqlite'])('of %s says which package is missing', async (dialect) => {
    const { body } = await admin.post('/api/sources/test', {
      fields: { ...fields, dialect, host: dialect === 'sqlite' ? '' : fields.host }
    })
    expect(body).toMatchObject({ ok: false })
    expect(body.steps[0].detail).toMatch(
      /no-driver: The package (tedious|oracledb|better-sqlite3) is not installed/
    )
  })

  it('of a server that is not there is made, and says so when it is asked', async () => {
    const made = await admin.post('/api/sources', { ...fields, dialect: 'postgresql' })
    expect(made.body.health.state).toBe('unknown')
    await expect(lookUp(house.hub, made.body.id as string, 'SELECT 1', {})).rejects.toMatchObject({
      fault: 'unreachable'
    })
  })

  it('is no business of agents, and not changed by supervisors', async () => {
    const awa = await Person.signIn(house.url, 'awa')
    expect((await awa.get('/api/sources')).body.error).toBe('not-permitted')
    const supervisor = await Person.signIn(house.url, 'supervisor')
    expect((await supervisor.post('/api/sources', { ...fields, name: 'Mine' })).body.error).toBe(
      'not-permitted'
    )
  })
})
