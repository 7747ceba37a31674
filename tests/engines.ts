import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Engine } from '@palabre/hub/engines/engine'
import { startMongo } from '@palabre/hub/engines/mongodb'
import { startRedis } from '@palabre/hub/engines/redis'
import { withDatabase } from '@palabre/hub/engines/start'
import { inject } from 'vitest'

/** Real servers for a test: the MongoDB URL names a database of its own; keys and queues go under the prefix. */
export interface TestEngines {
  mongodbUrl: string
  redisUrl: string
  redisPrefix: string
}

/** A fresh database and prefix on the run's shared servers. Needs no clean-up: the servers go with the run. */
export function engines(): TestEngines {
  return fresh(inject('mongodbUrl'), inject('redisUrl'))
}

/** Servers that belong to one test file, which may kill them. The caller stops them; their data goes with them. */
export async function ownEngines(): Promise<
  TestEngines & { mongodb: Engine; redis: Engine; stop(): Promise<void> }
> {
  const dir = await mkdtemp(join(tmpdir(), 'palabre-own-'))
  const [mongodb, redis] = await Promise.all([
    startMongo({ dir: join(dir, 'mongodb') }),
    startRedis({ dir: join(dir, 'redis') })
  ])
  const stop = async () => {
    await Promise.all([mongodb.stop(), redis.stop()])
    await rm(dir, { recursive: true, force: true })
  }
  return { ...fresh(mongodb.url, redis.url), mongodb, redis, stop }
}

function fresh(mongodbUrl: string, redisUrl: string): TestEngines {
  const name = `test-${randomBytes(6).toString('hex')}`
  return { mongodbUrl: withDatabase(mongodbUrl, name), redisUrl, redisPrefix: name }
}
