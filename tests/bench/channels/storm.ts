import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import mongoose from 'mongoose'
import type { Outcome } from '../parts/outcome.ts'
import { demand, percentile, sleep, until } from '../figures.ts'
import { commandsEach, runProgram, startProgram, startSilent } from '../stage/program.ts'
import { sparePort } from '../stage/spare-port.ts'
import { freshUrl, type Bench, type Db } from '../stage/stage.ts'
import type { GraphNumber } from '../../simulators/graph/webhooks.ts'
import { stormOf } from './events.ts'
import { push, type Ack } from './provider.ts'

const perSecond = 500
const repeated = 0.3
const thinSeconds = 10
/** What waits after the storm is in its place within so long, or the bench fails. */
const patienceMs = 120_000

const number: GraphNumber = {
  phoneNumberId: '106540352242922',
  wabaId: '102290129340398',
  display: '221338890000',
  accessToken: 'access-of-the-number',
  appSecret: 'secret of the app 0123456789'
}

/**
 * Signed events at a steady rate, some of them twice and out of order; the hub is killed in the middle and started
 * again. The truth is read from the database.
 */
export async function benchStorm(bench: Bench): Promise<Outcome> {
  const seconds = bench.quick ? 10 : 40
  const calls = stormOf(number, perSecond * seconds, repeated)
  const distinct = new Set(calls.map(({ externalId }) => externalId))
  const thin = await thinAcks(bench)

  const url = freshUrl(bench, 'storm')
  const env = {
    MONGODB_URL: url,
    REDIS_URL: bench.redisUrl,
    REDIS_PREFIX: `bench-${randomBytes(4).toString('hex')}`,
    DATA_DIR: join(bench.dataDir, 'storm'),
    PORT: String(await sparePort()),
    SMTP_PORT: '-1',
    DEMO: 'false',
    LOG_LEVEL: 'warn'
  }
  const settings = {
    phoneNumberId: number.phoneNumberId,
    wabaId: number.wabaId,
    accessToken: number.accessToken,
    appSecret: number.appSecret,
    verifyToken: 'agreed words',
    // Nobody is written to; whoever asked would hear that nobody is there.
    graphUrl: 'http://127.0.0.1:1'
  }
  const { accountId } = await runProgram<{ accountId: string }>(
    '../channels/seed.mjs',
    { ...env, BENCH_SETTINGS: JSON.stringify(settings) },
    'floor'
  )
  const client = await mongoose.mongo.MongoClient.connect(url.replace('&monitorCommands=true', ''))
  const profile = bench.profileDir
    ? ['--cpu-prof', `--cpu-prof-dir=${bench.profileDir}`, '--cpu-prof-name=storm.cpuprofile']
    : []
  let hub = await startProgram('./hub.mjs', env)
  const workers = startSilent('../../../workers/dist/main.js', env)
  try {
    const begun = performance.now()
    const pushing = push(hub.port, `/hooks/${accountId}`, calls, perSecond)
    await sleep(seconds * 500)
    const killedAt = performance.now()
    await hub.kill()
    hub = await startProgram('./hub.mjs', env, profile)
    const backAt = performance.now()
    bench.note(
      `killed after ${((killedAt - begun) / 1000).toFixed(1)} s, back ${((backAt - killedAt) / 1000).toFixed(1)} s later`
    )
    const before = await hub.usage()
    const { acks, failed, behindMs } = await pushing
    await until('every event to be in its place', () => isDrained(client.db()), { ms: patienceMs, every: 50 })
    const drainedInS = (performance.now() - begun) / 1000 - seconds
    const after = await hub.usage()
    const truth = await read(client.db(), distinct)
    demand(truth.lost === 0, `${String(truth.lost)} events are lost`)
    demand(truth.doubled === 0, `${String(truth.doubled)} events are there twice`)
    demand(
      truth.unread === distinct.size,
      `${String(truth.unread)} of ${String(distinct.size)} events are counted`
    )
    demand(
      truth.homes === truth.customers,
      `${String(truth.customers)} customers have ${String(truth.homes)} interactions`
    )

    const early = acks.filter(({ at, ms }) => at + ms < killedAt)
    const late = acks.filter(({ at }) => at > backAt)
    const cost = commandsEach(before, after, late.length)
    const row = (what: string, of: readonly Ack[]) => ({
      what,
      calls: of.length,
      'ack p50 ms': p(of, 0.5),
      'ack p99 ms': p(of, 0.99),
      'longest ms': p(of, 1)
    })
    bench.note(`each call after the kill: ${cost.total.toPrecision(2)} database commands (${cost.shown})`)
    bench.note(
      `${String(failed)} attempts were not answered and made again; the sender was ${behindMs.toFixed(0)} ms behind`
    )
    return {
      rows: [
        row('bare server: signature, one insert', thin),
        row('before the kill', early),
        row('after the kill', late),
        row('all that were answered', acks)
      ],
      figures: {
        lost: truth.lost,
        doubled: truth.doubled,
        ackP99Ms: Math.max(p(early, 0.99), p(late, 0.99)),
        ackP99BeforeMs: p(early, 0.99),
        ackP99AfterMs: p(late, 0.99),
        thinAckP99Ms: p(thin, 0.99),
        drainedInS,
        hubCpuMsEach: (after.cpuMs - before.cpuMs) / late.length
      }
    }
  } finally {
    await workers.stop()
    await hub.stop()
    await client.db().dropDatabase()
    await client.close()
  }
}

const p = (acks: readonly Ack[], share: number) =>
  percentile(
    acks.map(({ ms }) => ms),
    share
  )

/** The same rate against a server that only proves and inserts. */
async function thinAcks(bench: Bench): Promise<Ack[]> {
  const thin = await startProgram('../channels/thin.mjs', {
    MONGODB_URL: freshUrl(bench, 'thin-storm'),
    BENCH_SECRET: number.appSecret
  })
  try {
    const { acks } = await push(thin.port, '/', stormOf(number, perSecond * thinSeconds, repeated), perSecond)
    return acks
  } finally {
    await thin.stop()
  }
}

const isDrained = async (db: Db) =>
  (await db.collection('messages').countDocuments({ pendingAt: { $type: 'date' } }, { limit: 1 })) === 0

/** What the database says in the end. */
async function read(db: Db, wanted: ReadonlySet<string>) {
  const messages = await db
    .collection('messages')
    .find({}, { projection: { externalId: 1, address: 1 } })
    .toArray()
  const stored = new Set(messages.map(({ externalId }) => externalId as string))
  const interactions = await db
    .collection('interactions')
    .find({}, { projection: { unread: 1 } })
    .toArray()
  return {
    lost: [...wanted].filter((id) => !stored.has(id)).length,
    doubled: messages.length - stored.size,
    customers: new Set(messages.map(({ address }) => address as string)).size,
    homes: interactions.length,
    unread: interactions.reduce((sum, { unread }) => sum + Number(unread), 0)
  }
}
