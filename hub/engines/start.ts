import { join } from 'node:path'
import type { Log } from './engine.ts'
import { startMongo } from './mongodb.ts'
import { startRedis } from './redis.ts'

/** Which servers are there already (empty: none), where to keep the data of those that are not, and who is told. */
interface Wanted {
  mongodbUrl?: string
  redisUrl?: string
  dataDir: string
  log?: Log
}

/**
 * Starts those servers for which no URL is given.
 * @returns the URLs of both, the embedded MongoDB's with the database `palabre`, and what stops those started here
 * @throws Error that says what to install or set; nothing is left running then
 */
export async function startEngines({ mongodbUrl, redisUrl, dataDir, log }: Wanted) {
  const none = Promise.resolve(undefined)
  const starts = await Promise.allSettled([
    mongodbUrl ? none : startMongo({ dir: join(dataDir, 'mongodb'), log }),
    redisUrl ? none : startRedis({ dir: join(dataDir, 'redis'), log })
  ])
  const engines = starts.map((start) => (start.status === 'fulfilled' ? start.value : undefined))
  const stop = async () => void (await Promise.all(engines.map(async (engine) => engine?.stop())))
  const failed = starts.find((start) => start.status === 'rejected')
  if (failed) {
    await stop()
    throw failed.reason
  }
  return {
    mongodbUrl: mongodbUrl || withDatabase(engines[0]?.url ?? '', 'palabre'),
    redisUrl: (redisUrl || engines[1]?.url) ?? '',
    stop
  }
}

/** Names the database in an engine's URL. */
export const withDatabase = (url: string, name: string) => url.replace('/?', `/${name}?`)
