import { randomBytes } from 'node:crypto'
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

function fresh(mongodbUrl: string, redisUrl: string): TestEngines {
  const name = `test-${randomBytes(6).toString('hex')}`
  return { mongodbUrl: withDatabase(mongodbUrl, name), redisUrl, redisPrefix: name }
}
