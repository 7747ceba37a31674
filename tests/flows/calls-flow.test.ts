import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { demoCustomers, demoFlow } from '@palabre/hub/flows/demo'
import { closeSources } from '@palabre/hub/sources/pools'
import { startMariadb } from '../simulators/databases/mariadb.ts'
import { startPostgres } from '../simulators/databases/postgres.ts'
import type { Database } from '../simulators/databases/server.ts'
import type { Phone } from '../simulators/jambonz/phone.ts'
import { bankNumber, openCallCentre, type CallCentre } from './call-centre.ts'
import { type Person } from './house.ts'
import { recordNamed } from './people.ts'

const password = 'reads-and-nothing-else'
const kinds = [
  {
    dialect: 'postgresql',
    program: 'PALABRE_POSTGRES',
    start: startPostgres,
    reader: `CREATE ROLE reader LOGIN PASSWORD '${password}'; GRANT SELECT ON customers TO reader;`
  },
  {
    dialect: 'mysql',
    program: 'PALABRE_MARIADB',
    start: startMariadb,
    reader: `CREATE USER reader@'127.0.0.1' IDENTIFIED BY '${password}'; GRANT SELECT ON bank.* TO reader@'127.0.0.1';`
  }
] as const

const what = ({ heard }: { heard: { what?: unknown }[] }) => heard.map((one) => String(one.what)).join(' | ')

describe.each(kinds)('a flow that asks a $dialect database', ({ dialect, program, start, reader }) => {
  const installed = Boolean(process.env[program])
  let database: Database
  let centre: CallCentre
  let awa: { person: Person; phone: Phone }
  beforeAll(async () => {
    if (!installed) return
    database = await start()
    await database.admin(`${demoCustomers}\n`)
    await database.admin(`${reader}\n`)
    centre = await openCallCentre({ settings: { welcome: '' } })
    const { admin } = centre
    const source = await admin.post('/api/sources', {
      name: 'Customers',
      dialect,
      host: '127.0.0.1',
      port: database.port,
      database: 'bank',
      user: 'reader',
      password,
      tls: 'off',
      timeoutMs: 1500,
      maxRows: 5
    })
    expect(source.status).toBe(200)
    const named = async (path: string, name: string) => (await recordNamed(admin, path, name)).id as string
    const flow = await admin.post('/api/flows', {
      ...demoFlow({
        careQueueId: await named('/api/queues', 'Customer care'),
        loansQueueId: await named('/api/queues', 'Loans'),
        cardsSkillId: await named('/api/skills', 'Cards and accounts'),
        loansSkillId: await named('/api/skills', 'Loans'),
        calendarId: await named('/api/calendars', 'Always open (demo)'),
        sourceId: source.body.id as string
      }),
      // The demo has one of the usual name already.
      name: 'Accueil avec recherche'
    })
    expect(flow.status).toBe(200)
    await admin.post(`/api/flows/${String(flow.body.id)}/publish`, { version: flow.body.version, note: '' })
    const { items } = (await admin.get('/api/accounts')).body as { items: { id: string; version: number }[] }
    const { version } = items.find(({ id }) => id === centre.accountId)!
    const told = await admin.send('PATCH', `/api/accounts/${centre.accountId}`, {
      version,
      change: { flowId: flow.body.id }
    })
    expect(told.body).toMatchObject({ flowId: flow.body.id })
    expect((await admin.send('DELETE', `/api/flows/${String(flow.body.id)}`)).body).toMatchObject({
      error: 'still-in-use'
    })
    awa = await centre.agent('awa')
  }, 120_000)
  afterAll(async () => {
    if (!installed) return
    await closeSources(centre.house.hub)
    await centre.stop()
    await database.stop()
  })

  it.runIf(installed)('greets by name, takes keys, and shows the agent what it found out', async () => {
    const caller = centre.jambonz.call({ from: '+221338000001', to: bankNumber })
    await caller.until((one) => what(one).includes('Bonjour Aminata Ndiaye.'), 15_000)
    await caller.until((one) => what(one).includes('Pour vos cartes'))
    // The line breaks in the middle of the menu: it is told again.
    caller.socketDrop(1006)
    await caller.until((one) => what(one).split('Pour vos cartes').length > 2, 15_000)
    caller.press('1')
    await caller.until((one) => what(one).includes('quatre derniers chiffres'))
    caller.press('4242#')
    await awa.phone.rings()
    const offer = await awa.person.offer()
    const call = await centre.callOf(awa.person, offer.id)
    expect(call.findings).toEqual(
      expect.arrayContaining([
        { label: 'Client', value: 'Aminata Ndiaye' },
        { label: 'Motif', value: 'Cartes' }
      ])
    )
    awa.phone.answer()
    await awa.person.saw(offer.id, 'active')
    caller.hangUp()
    await awa.person.saw(offer.id, 'wrapup')
    const { body } = await awa.person.get('/api/dispositions')
    await awa.person.post(`/api/interactions/${offer.id}/finish`, {
      dispositionId: (body as { items: { id: string; noteRequired: boolean }[] }).items.find(
        (one) => !one.noteRequired
      )?.id
    })
  })

  it.runIf(installed)(
    'takes a hostile caller id for what it is, and goes on when the database is gone',
    async () => {
      const hostile = centre.jambonz.call({ from: `x' OR '1'='1`, to: bankNumber })
      await hostile.until((one) => what(one).includes('Pour vos cartes'), 15_000)
      expect(what(hostile)).not.toContain('Bonjour')
      hostile.hangUp()
      await database.stop()
      const caller = centre.jambonz.call({ from: '+221338000001', to: bankNumber })
      await caller.until((one) => what(one).includes('Pour vos cartes'), 20_000)
      expect(what(caller)).not.toContain('Bonjour')
      caller.hangUp()
    }
  )
})
