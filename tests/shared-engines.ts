import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startMongo } from '../hub/engines/mongodb.ts'
import { startRedis } from '../hub/engines/redis.ts'
import type { TestProject } from 'vitest/node'

/** Starts one private MongoDB and one private Redis for the whole run; returns what stops them. */
export default async function shareEngines(project: TestProject): Promise<() => Promise<void>> {
  const dir = await mkdtemp(join(tmpdir(), 'palabre-test-'))
  const log = (line: string) => console.log(line)
  const [mongodb, redis] = await Promise.all([
    startMongo({ dir: join(dir, 'mongodb'), log }),
    startRedis({ dir: join(dir, 'redis'), log })
  ])
  project.provide('mongodbUrl', mongodb.url)
  project.provide('redisUrl', redis.url)
  return async () => {
    await Promise.all([mongodb.stop(), redis.stop()])
    await rm(dir, { recursive: true, force: true })
  }
}

declare module 'vitest' {
  interface ProvidedContext {
    mongodbUrl: string
    redisUrl: string
  }
}
