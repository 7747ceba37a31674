import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { readEnv } from '@palabre/config/env'
import { connectHub, makeLog, type ConnectedHub } from '@palabre/hub/connect'
import type { Engine } from '@palabre/hub/engines/engine'
import { startMongo } from '@palabre/hub/engines/mongodb'
import { startRedis } from '@palabre/hub/engines/redis'
import { withDatabase } from '@palabre/hub/engines/start'
import { Child } from './child.ts'
import { openTap, type Tap } from './tap.ts'

const root = join(import.meta.dirname, '../..')
const scripts = { hub: join(root, 'hub/dist/main.js'), workers: join(root, 'workers/dist/main.js') }

/** The built product is what is killed; without a build there is nothing to test. */
export const isBuilt = Object.values(scripts).every((path) => existsSync(path))

/** The product as it runs on a server: hub and worker processes on engines of their own. */
export interface Stage {
  hubs: Child[]
  workers: Child[]
  engines: { mongodb: Engine; redis: Engine }
  /** The way of each hub to Redis. */
  taps: Tap[]
  /** What the engines' keepers said, with the second at which they said it. */
  engineLog: string[]
  /** Addresses of the hubs, in their order. */
  urls: string[]
  smtpPort: number
  /** Where the demo's mail account hands its mail to: its far side listens here. */
  sinkPort: number
  /** Reads the databases; does none of the product's work. */
  observer: ConnectedHub
  /** Resolves when every process serves again. */
  healthy(ms?: number): Promise<void>
  stop(): Promise<void>
}

export async function openStage({
  hubs = 2,
  workers = 2,
  env: more = {} as Record<string, string>
} = {}): Promise<Stage> {
  const dataDir = mkdtempSync(join(tmpdir(), 'palabre-chaos-'))
  const engineLog: string[] = []
  const log = (line: string) => void engineLog.push(`${new Date().toISOString().slice(11, 23)} ${line}`)
  const [mongodb, redis] = await Promise.all([
    startMongo({ dir: join(dataDir, 'mongodb'), log }),
    startRedis({ dir: join(dataDir, 'redis'), log })
  ])
  const mongodbUrl = withDatabase(mongodb.url, 'chaos')
  const smtpPort = await sparePortPair()
  const shared = {
    ...essentials(),
    MONGODB_URL: mongodbUrl,
    REDIS_URL: redis.url,
    REDIS_PREFIX: 'chaos',
    SMTP_PORT: String(smtpPort),
    DATA_DIR: dataDir,
    SECRET_KEY: randomBytes(32).toString('hex'),
    LOG_LEVEL: 'info',
    ...more
  }
  const ports = await Promise.all(Array.from({ length: hubs }, sparePort))
  const urls = ports.map((port) => `http://127.0.0.1:${String(port)}`)
  const taps = await Promise.all(ports.map(() => openTap(redis.url)))
  const startHub = (n: number) =>
    new Child(`hub ${String(n + 1)}`, scripts.hub, {
      ...shared,
      REDIS_URL: taps[n]!.url,
      DEMO: 'true',
      PORT: String(ports[n])
    })

  // The first one fills the empty database; the others find it filled.
  const hubChildren = [startHub(0)]
  await untilReady(urls.slice(0, 1), 60_000)
  for (let n = 1; n < hubs; n++) hubChildren.push(startHub(n))
  // Without DEMO no mailbox of the customers is kept beside the listener: the test is the customers' mail server.
  const workerChildren = Array.from(
    { length: workers },
    (_, n) => new Child(`worker ${String(n + 1)}`, scripts.workers, { ...shared, DEMO: 'false' })
  )
  const env = { ...readEnv({ ...shared, LOG_LEVEL: 'silent' }) }
  const observer = await connectHub(env, makeLog(env, 'observer'))
  await untilReady(urls, 60_000)

  const children = [...hubChildren, ...workerChildren]
  return {
    hubs: hubChildren,
    workers: workerChildren,
    engines: { mongodb, redis },
    taps,
    engineLog,
    urls,
    smtpPort,
    sinkPort: smtpPort + 1,
    observer,
    healthy: async (ms = 60_000) => {
      await untilReady(urls, ms)
      while (redis.pid === 0 || mongodb.pid === 0) await sleep(50)
    },
    async stop() {
      await Promise.all(children.map((child) => child.end()))
      await observer.close()
      await Promise.all(taps.map((tap) => tap.stop()))
      await Promise.all([mongodb.stop(), redis.stop()])
      rmSync(dataDir, { recursive: true, force: true })
    }
  }
}

/** What a process needs of the environment; the test run's own settings are none of it. */
const essentials = () =>
  Object.fromEntries(
    ['PATH', 'HOME', 'TMPDIR', 'LANG'].flatMap((name) =>
      process.env[name] ? [[name, process.env[name]]] : []
    )
  ) as Record<string, string>

async function untilReady(urls: string[], ms: number) {
  const until = Date.now() + ms
  for (const url of urls) {
    for (;;) {
      const isReady = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(2000) }).then(
        async (reply) => reply.ok && ((await reply.json()) as { redis: boolean }).redis,
        () => false
      )
      if (isReady) break
      if (Date.now() > until) throw new Error(`${url} is not ready again`)
      await sleep(50)
    }
  }
}

const listenOn = (port: number) =>
  new Promise<number | null>((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(null))
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : null))
    })
  })

const sparePort = async () => (await listenOn(0)) ?? 0

/** A spare port whose next one is spare too. */
async function sparePortPair(): Promise<number> {
  for (;;) {
    const port = await sparePort()
    if (port < 65_535 && (await listenOn(port + 1)) !== null) return port
  }
}
