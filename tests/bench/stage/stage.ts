import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import mongoose from 'mongoose'
import { runProgram, startProgram, startSilent, type Program } from './program.ts'

export interface Login {
  agentId: string
  name: string
  token: string
  csrf: string
}

export interface Floor {
  accountId: string
  queueId: string
  dispositionId: string
  /** The agents, and last a supervisor. */
  logins: Login[]
}

/** What all parts share: the engines, how thorough to be, where profiles go. */
export interface Bench {
  mongodbUrl: string
  redisUrl: string
  dataDir: string
  quick: boolean
  profileDir: string | null
  /** A line for people while it runs. */
  note(line: string): void
}

export type Db = mongoose.mongo.Db

export interface Stage extends Floor {
  hub: Program
  /** The database, for the truth at the end. */
  db: Db
  agents: Login[]
  supervisor: Login
  /** CPU time of the database server, in ms; 0 where it cannot be told. */
  engineCpuMs(): Promise<number>
  close(): Promise<void>
}

export interface FloorPlan {
  agents: number
  capacity: number
  offerSeconds?: number
}

/** A database of its own, the way the product asks for it, with the driver telling its commands. */
export const freshUrl = (bench: Bench, name: string) =>
  `${bench.mongodbUrl.replace('/palabre?', `/${name}-${randomBytes(3).toString('hex')}?`)}&monitorCommands=true`

/**
 * Sets the stage of one part: a database of its own with a floor, a hub and the workers, as real processes. `fill` may
 * put more into the database before the hub starts.
 */
export async function openStage(
  bench: Bench,
  name: string,
  { agents, capacity, offerSeconds = 600 }: FloorPlan
): Promise<Stage> {
  const url = freshUrl(bench, name)
  const env = {
    MONGODB_URL: url,
    REDIS_URL: bench.redisUrl,
    REDIS_PREFIX: `bench-${randomBytes(4).toString('hex')}`,
    DATA_DIR: join(bench.dataDir, name),
    PORT: '0',
    SMTP_PORT: '-1',
    DEMO: 'false',
    LOG_LEVEL: 'warn'
  }
  const plan = JSON.stringify({ agents, capacity, offerSeconds })
  const floor = await runProgram<Floor>('./seed.mjs', { ...env, BENCH_FLOOR: plan }, 'floor')
  const client = await mongoose.mongo.MongoClient.connect(url.replace('&monitorCommands=true', ''))
  const db = client.db()
  const hub = await startProgram('./hub.mjs', env, profiling(bench, name))
  const workers = startSilent('../../../workers/dist/main.js', env)
  return {
    ...floor,
    hub,
    db,
    agents: floor.logins.slice(0, agents),
    supervisor: floor.logins[agents]!,
    async engineCpuMs() {
      const { pid } = await db.admin().command({ serverStatus: 1 })
      return cpuMsOf(Number(pid))
    },
    async close() {
      await workers.stop()
      await hub.stop()
      await db.dropDatabase()
      await client.close()
    }
  }
}

const profiling = ({ profileDir }: Bench, name: string) =>
  profileDir ? ['--cpu-prof', `--cpu-prof-dir=${profileDir}`, `--cpu-prof-name=${name}.cpuprofile`] : []

/** User and system time of a process (proc(5): fields 14 and 15, in ticks of 10 ms). */
function cpuMsOf(pid: number): number {
  try {
    const fields =
      readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
        .split(') ')[1]
        ?.split(' ') ?? []
    return (Number(fields[11]) + Number(fields[12])) * 10
  } catch {
    return 0
  }
}
