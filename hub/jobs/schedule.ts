import { Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import type { JobName } from '@palabre/config/contract/job'
import type { Schedule } from '../hub.ts'

/** Sending and fetching wait on far sides, timers must not wait behind them, upkeep behind none. */
export const queueOf: Record<JobName, 'messages' | 'media' | 'timers' | 'campaigns' | 'imports' | 'upkeep'> =
  {
    'message.send': 'messages',
    'message.errand': 'messages',
    'media.fetch': 'media',
    'file.prepare': 'media',
    'template.sync': 'media',
    'profile.fetch': 'media',
    'account.check': 'media',
    'callback.due': 'timers',
    'callback.remind': 'messages',
    'offer.expire': 'timers',
    'wrapUp.expire': 'timers',
    'snooze.wake': 'timers',
    'campaign.prepare': 'campaigns',
    'campaign.send': 'campaigns',
    'campaign.sweep': 'upkeep',
    'import.run': 'imports',
    'import.sweep': 'upkeep',
    'log.relay': 'upkeep',
    'fact.take': 'upkeep',
    'due.sweep': 'upkeep',
    'contact.sweep': 'upkeep',
    'hold.reconcile': 'upkeep',
    'retention.clean': 'upkeep'
  }

export const queueNames = ['messages', 'media', 'timers', 'campaigns', 'imports', 'upkeep'] as const
export type QueueName = (typeof queueNames)[number]

export interface Queues {
  schedule: Schedule
  queue(name: QueueName): Queue
  close(): Promise<void>
}

/**
 * Opens the job queues. A job that cannot be put there (Redis is away) is not waited for: what is due stands in
 * MongoDB, where the sweep finds it.
 */
export function openQueues({ redis, prefix, log }: { redis: Redis; prefix: string; log: Logger }): Queues {
  const queues = new Map(
    queueNames.map((name) => [
      name,
      new Queue(name, {
        connection: redis as never,
        prefix: `${prefix}:jobs`,
        defaultJobOptions: { removeOnComplete: true, removeOnFail: 1000 }
      })
    ])
  )
  const queue = (name: QueueName) => queues.get(name)!
  for (const one of queues.values())
    one.on('error', (error) => {
      log.debug({ err: error }, 'job queue')
    })
  return {
    queue,
    schedule(name, data, { key, at }) {
      queue(queueOf[name])
        .add(name, data, {
          jobId: `${name}-${key}`,
          delay: at ? Math.max(0, at.getTime() - Date.now()) : 0
        })
        .catch((error: unknown) => {
          log.warn({ err: error, job: name }, 'a job was not scheduled; the sweep will find what is due')
        })
    },
    async close() {
      await Promise.all([...queues.values()].map((one) => one.close()))
    }
  }
}
