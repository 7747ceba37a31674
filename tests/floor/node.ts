import { Redis } from 'ioredis'
import { buildApp } from '@palabre/hub/app'
import type { Hub } from '@palabre/hub/hub'
import { openStream } from '@palabre/hub/live/stream'
import { startRelay } from '@palabre/hub/record/relay'

/** Another hub node of the same house, in the same process. */
export interface Node {
  url: string
  /** It is gone without a word: lines break, and what it had not told yet is told by nobody of it. */
  kill(): Promise<void>
}

export async function openNode(first: Hub): Promise<Node> {
  const { env, log } = first
  const redis = new Redis(env.REDIS_URL, { maxRetriesPerRequest: null, enableAutoPipelining: true })
  redis.on('error', (error: Error) => {
    log.debug({ err: error }, 'redis')
  })
  const stream = await openStream({ redis, prefix: env.REDIS_PREFIX, log })
  const relay = startRelay({ stream, log })
  const app = await buildApp({ ...first, redis, stream, relay }, { rateLimits: false })
  await app.listen({ host: '127.0.0.1', port: 0 })
  let isKilled = false
  return {
    url: app.listeningOrigin.replace('localhost', '127.0.0.1'),
    async kill() {
      if (isKilled) return
      isKilled = true
      app.server.closeAllConnections()
      redis.disconnect()
      await stream.close()
      await app.close()
    }
  }
}
