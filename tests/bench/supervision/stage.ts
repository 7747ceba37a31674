import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import mongoose from 'mongoose'
import type { GraphNumber } from '../../simulators/graph/webhooks.ts'
import { runProgram, startProgram, startSilent, type Program } from '../stage/program.ts'
import { freshUrl, type Bench, type Db, type Login } from '../stage/stage.ts'

/** A queue with the number that customers write to. */
export interface Entrance extends GraphNumber {
  queueId: string
  accountId: string
}

export interface SupervisionPlan {
  agents: number
  supervisors: number
  /** Queues that the agents share out among themselves. */
  queues: number
  /** Queues through which one interaction goes at a time, each with an agent of its own. */
  watched: number
  capacity: number
}

export interface SupervisionStage {
  db: Db
  agents: Login[]
  /** The agent of each watched queue, in order. */
  watchers: Login[]
  supervisors: Login[]
  entrances: Entrance[]
  watchedEntrances: Entrance[]
  pauseReasonId: string
  dispositionId: string
  /** Starts a hub that nobody has asked anything yet. */
  startHub(name: string): Promise<Program>
  close(): Promise<void>
}

interface Seeded {
  doors: { queueId: string; teamId: string; accountId: string; phoneNumberId: string }[]
  pauseReasonId: string
  dispositionId: string
}

const secrets = {
  wabaId: '102290129340398',
  accessToken: 'access-of-the-numbers',
  appSecret: 'secret of the app 0123456789'
}

const hiredAtOnce = 250

function peopleOf({ agents, watched, supervisors, queues }: SupervisionPlan, doors: Seeded['doors']) {
  const some = (role: string, count: number, teamOf: (n: number) => string | null) =>
    Array.from({ length: count }, (_, n) => ({ role, teamId: teamOf(n) }))
  return [
    ...some('agent', agents, (n) => doors[n % queues]!.teamId),
    ...some('agent', watched, (n) => doors[queues + n]!.teamId),
    ...some('supervisor', supervisors, () => null)
  ].map((one, n) => ({ ...one, n }))
}

/** A floor in a database of its own, with workers; hubs are started one after the other. */
export async function openSupervisionStage(bench: Bench, plan: SupervisionPlan): Promise<SupervisionStage> {
  const url = freshUrl(bench, 'supervision')
  const env = {
    MONGODB_URL: url,
    REDIS_URL: bench.redisUrl,
    REDIS_PREFIX: `bench-${randomBytes(4).toString('hex')}`,
    DATA_DIR: join(bench.dataDir, 'supervision'),
    PORT: '0',
    SMTP_PORT: '-1',
    DEMO: 'false',
    LOG_LEVEL: 'warn'
  }
  // Nobody is written to; whoever asked would hear that nobody is there.
  const settings = { ...secrets, verifyToken: 'agreed words', graphUrl: 'http://127.0.0.1:1' }
  const seed = <T>(floor: object) =>
    runProgram<T>('../supervision/seed.mjs', { ...env, BENCH_FLOOR: JSON.stringify(floor) }, 'seeded')
  const { doors, pauseReasonId, dispositionId } = await seed<Seeded>({
    doors: plan.queues + plan.watched,
    settings
  })
  const people = peopleOf(plan, doors)
  const logins: Login[] = []
  // Some at a time: passwords are hashed, and whoever starts a program is told within a minute how it went.
  for (let i = 0; i < people.length; i += hiredAtOnce)
    logins.push(
      ...(await seed<Login[]>({ people: people.slice(i, i + hiredAtOnce), capacity: plan.capacity }))
    )
  const entrances = doors.map(({ queueId, accountId, phoneNumberId }): Entrance => ({
    queueId,
    accountId,
    phoneNumberId,
    display: phoneNumberId,
    ...secrets
  }))
  const client = await mongoose.mongo.MongoClient.connect(url.replace('&monitorCommands=true', ''))
  const workers = startSilent('../../../workers/dist/main.js', env)
  return {
    db: client.db(),
    agents: logins.slice(0, plan.agents),
    watchers: logins.slice(plan.agents, plan.agents + plan.watched),
    supervisors: logins.slice(plan.agents + plan.watched),
    entrances: entrances.slice(0, plan.queues),
    watchedEntrances: entrances.slice(plan.queues),
    pauseReasonId,
    dispositionId,
    startHub: (name) =>
      startProgram(
        './hub.mjs',
        env,
        bench.profileDir
          ? ['--cpu-prof', `--cpu-prof-dir=${bench.profileDir}`, `--cpu-prof-name=${name}.cpuprofile`]
          : []
      ),
    async close() {
      await workers.stop()
      await client.db().dropDatabase()
      await client.close()
    }
  }
}
