import { Redis } from 'ioredis'
import mongoose from 'mongoose'
import { pino, type Logger } from 'pino'
import type { Env } from '@palabre/config/env'
import { openVault } from './accounts/vault.ts'
import { ensureFileIndexes } from './attachments/store.ts'
import type { Hub } from './hub.ts'
import { openQueues, type Queues } from './jobs/schedule.ts'
import { openStream } from './live/stream.ts'
import { upgradeRecords } from './record/upgrade.ts'
import { startRelay } from './record/relay.ts'
import './messages/draft.ts'
import './quarantine/quarantine.ts'
import './sessions/session.model.ts'

/** Never in a log: secrets, and what people write to each other. */
const redacted = [
  'password',
  '*.password',
  'token',
  '*.token',
  'req.headers.cookie',
  'req.headers.authorization',
  'req.headers["x-csrf-token"]',
  '*.text',
  '*.html'
]

export const makeLog = (env: Pick<Env, 'LOG_LEVEL'>, name: string): Logger =>
  pino({ name, level: env.LOG_LEVEL, redact: { paths: redacted, censor: '[hidden]' } })

export type ConnectedHub = Hub & { queues: Queues }

/**
 * Opens everything that a process of ours needs: MongoDB (majority and journalled writes), Redis, event stream, relay,
 * job queues, vault. Indexes are made if they are missing. Throws when MongoDB cannot be reached within 30 s.
 */
export async function connectHub(env: Env, log: Logger): Promise<ConnectedHub> {
  mongoose.set('strictQuery', false)
  await mongoose.connect(env.MONGODB_URL, {
    autoIndex: false,
    writeConcern: { w: 'majority', journal: true },
    readPreference: 'primary',
    serverSelectionTimeoutMS: 30_000,
    retryWrites: false,
    maxPoolSize: 50
  })
  for (const model of Object.values(mongoose.models)) await model.createIndexes()
  await upgradeRecords()
  await ensureFileIndexes()

  const redis = new Redis(env.REDIS_URL, { maxRetriesPerRequest: null, enableAutoPipelining: true })
  redis.on('error', (error: Error) => {
    log.debug({ err: error }, 'redis')
  })
  const prefix = env.REDIS_PREFIX
  const stream = await openStream({ redis, prefix, log })
  const relay = startRelay({ stream, log })
  const queues = openQueues({ redis, prefix, log })
  const vault = openVault({ secretKey: env.SECRET_KEY, dataDir: env.DATA_DIR })

  return {
    env,
    log,
    redis,
    stream,
    relay,
    vault,
    queues,
    schedule: queues.schedule,
    async close() {
      const patience = new Promise((resolve) => setTimeout(resolve, 3000).unref())
      await Promise.race([relay.settle(), patience])
      await Promise.race([queues.close(), patience])
      await stream.close()
      redis.disconnect()
      await mongoose.disconnect()
    }
  }
}
