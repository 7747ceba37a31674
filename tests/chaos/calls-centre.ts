import { setTimeout as sleep } from 'node:timers/promises'
import { demoCustomers, demoFlow } from '@palabre/hub/flows/demo'
import { Jambonz } from '../simulators/jambonz/jambonz.ts'
import { startMariadb } from '../simulators/databases/mariadb.ts'
import { startPostgres } from '../simulators/databases/postgres.ts'
import type { Database } from '../simulators/databases/server.ts'
import { CallAgent } from './calls-agent.ts'
import { openFront, type Front } from './calls-front.ts'
import { openStage, type Stage } from './stage.ts'

export const bankNumber = '+221338000000'
export const musicTone = 330
const realm = 'phones.palabre.example'
const basic = { username: 'bank', password: 'a-password-of-the-line' }
const reader = 'reads-and-nothing-else'

/** Databases that a flow may ask, where this machine has them. */
export const dialects = {
  postgresql: {
    isInstalled: Boolean(process.env['PALABRE_POSTGRES']),
    start: startPostgres,
    login: `CREATE ROLE reader LOGIN PASSWORD '${reader}'; GRANT SELECT ON customers TO reader;`
  },
  mysql: {
    isInstalled: Boolean(process.env['PALABRE_MARIADB']),
    start: startMariadb,
    login: `CREATE USER reader@'127.0.0.1' IDENTIFIED BY '${reader}'; GRANT SELECT ON bank.* TO reader@'127.0.0.1';`
  }
} as const
export type Dialect = keyof typeof dialects

/** The bank's telephone on two hubs behind one address, with people at desks and real databases. */
export interface CallCentre {
  stage: Stage
  front: Front
  jambonz: Jambonz
  databases: Partial<Record<Dialect, Database>>
  awa: CallAgent
  boris: CallAgent
  supervisor: CallAgent
  /** What callers go through from now on: the flow that asks this database, or straight into the queue. */
  goThrough(flow: Dialect | null): Promise<void>
  stop(): Promise<void>
}

export async function openCallCentre(asks: Dialect[]): Promise<CallCentre> {
  const stage = await openStage({ workers: 1 })
  const front = await openFront(stage.urls)
  const databases: CallCentre['databases'] = {}
  const admin = new CallAgent('admin', front.url)
  const made = async (path: string, body: unknown) =>
    (await admin.do('POST', path, body)) as { id: string; version: number }
  const named = async (path: string, name: string) =>
    ((await admin.do('GET', path)) as { items: { id: string; name: string }[] }).items.find(
      (one) => one.name === name
    )!.id

  await admin.signIn()
  const given = {
    numbers: [bankNumber],
    defaultCountry: 'SN',
    ...basic,
    hubUrl: front.url,
    sipRealm: realm,
    phoneServer: 'ws://127.0.0.1:1/phone',
    language: 'fr-FR',
    welcome: 'Bienvenue à la Banque du Fleuve.',
    musicUrl: '/music.mp3',
    recording: 'on-demand'
  }
  const careQueueId = await named('/api/queues', 'Customer care')
  const account = await made('/api/accounts', {
    channel: 'voice',
    name: 'Bank line',
    queueId: careQueueId,
    settings: given
  })
  const jambonz = new Jambonz({
    appUrl: `${front.url.replace('http', 'ws')}/calls/${account.id}#rc=5&rp=ct,5xx`,
    registrationHook: `${front.url}/calls/${account.id}/registration`,
    user: basic.username,
    password: basic.password,
    realm,
    media: { [`${front.url}/music.mp3`]: { seconds: 1, tone: musicTone } }
  })
  await jambonz.start()
  const change = async (wanted: Record<string, unknown>) => {
    const { items } = (await admin.do('GET', '/api/accounts')) as { items: { id: string; version: number }[] }
    const { version } = items.find(({ id }) => id === account.id)!
    await admin.do('PATCH', `/api/accounts/${account.id}`, { version, change: wanted })
    // Every hub hears of it by the event stream.
    await sleep(300)
  }
  const { accountSid, apiKey, applicationSid } = jambonz.options
  await change({ settings: { ...given, restUrl: jambonz.restUrl, accountSid, apiKey, applicationSid } })

  const flows: Partial<Record<Dialect, string>> = {}
  for (const dialect of asks) {
    const database = await dialects[dialect].start()
    databases[dialect] = database
    await database.admin(`${demoCustomers}\n`)
    await database.admin(`${dialects[dialect].login}\n`)
    const source = await made('/api/sources', {
      name: `Customers (${dialect})`,
      dialect,
      host: '127.0.0.1',
      port: database.port,
      database: 'bank',
      user: 'reader',
      password: reader,
      tls: 'off',
      timeoutMs: 8000,
      maxRows: 5
    })
    const flow = await made('/api/flows', {
      ...demoFlow({
        careQueueId,
        loansQueueId: await named('/api/queues', 'Loans'),
        cardsSkillId: await named('/api/skills', 'Cards and accounts'),
        loansSkillId: await named('/api/skills', 'Loans'),
        calendarId: await named('/api/calendars', 'Always open (demo)'),
        sourceId: source.id
      }),
      name: `Welcome (${dialect})`
    })
    await admin.do('POST', `/api/flows/${flow.id}/publish`, { version: flow.version, note: '' })
    flows[dialect] = flow.id
  }
  let through: Dialect | null = null
  const [awa, boris, supervisor] = await Promise.all(
    ['awa', 'boris', 'supervisor'].map((name) => new CallAgent(name, front.url).start(jambonz))
  )
  return {
    stage,
    front,
    jambonz,
    databases,
    awa: awa!,
    boris: boris!,
    supervisor: supervisor!,
    async goThrough(flow) {
      if (flow === through) return
      through = flow
      await change({ flowId: flow === null ? null : flows[flow] })
    },
    async stop() {
      for (const person of [awa!, boris!, supervisor!]) person.leave()
      await jambonz.stop()
      await stage.stop()
      await front.stop()
      for (const database of Object.values(databases)) await database.stop()
    }
  }
}
