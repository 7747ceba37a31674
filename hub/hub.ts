import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import type { Env } from '@palabre/config/env'
import type { JobData, JobName } from '@palabre/config/contract/job'
import type { Stream } from './live/stream.ts'
import type { Relay } from './record/relay.ts'
import type { Vault } from './accounts/vault.ts'

/** Puts a job on its queue. `at` delays it; the same `key` while it waits is one job. */
export type Schedule = <N extends JobName>(
  name: N,
  data: JobData<N>,
  options: { key: string; at?: Date }
) => void

/** What every verb may need; made once a process in connect.ts. */
export interface Hub {
  env: Env
  log: Logger
  redis: Redis
  stream: Stream
  relay: Relay
  schedule: Schedule
  vault: Vault
  /** Ends what connect.ts opened. */
  close(): Promise<void>
}

/** Who does something: a signed-in user, or the system itself. */
export interface Actor {
  id: string | null
  name: string
  address: string
}

export const systemActor: Actor = { id: null, name: 'Palabre', address: '' }
