import { UnrecoverableError, Worker, type Job } from 'bullmq'
import { Value } from 'typebox/value'
import { jobs } from '@palabre/config/contract/job'
import type { Hub } from '@palabre/hub/hub'
import { heldQueueName, type HeldJob } from '@palabre/hub/jobs/held'
import { dispatchMessage } from '@palabre/hub/messages/dispatch'
import { runErrands } from '@palabre/hub/messages/errands'

const runs = { 'message.send': dispatchMessage, 'message.errand': runErrands } satisfies Record<
  HeldJob,
  unknown
>
const isHeld = (name: string): name is HeldJob => Object.hasOwn(runs, name)

/** A holder that died lets go of its job after this time. */
const lockMs = 5000

/** Work that only the process with an account's connection can do. It waits while the connection is not up. */
export interface HeldJobs {
  take(isUp: boolean): void
  stop(): Promise<void>
}

/** Takes the jobs of one held account, one after the other. */
export function runHeldJobs(hub: Hub, accountId: string): HeldJobs {
  const run = async ({ name, data }: Job<unknown>) => {
    if (!isHeld(name) || !Value.Check(jobs[name], data)) throw new UnrecoverableError(`not a job: ${name}`)
    const { messageId } = data
    const next = await runs[name](hub, messageId, accountId)
    if (next) hub.schedule(name, { messageId }, { key: `${messageId}-${String(+next)}`, at: next })
  }
  const worker = new Worker(heldQueueName(accountId), run, {
    connection: hub.redis.duplicate({ maxRetriesPerRequest: null }) as never,
    prefix: `${hub.env.REDIS_PREFIX}:jobs`,
    autorun: false,
    concurrency: 1,
    lockDuration: lockMs,
    stalledInterval: lockMs
  })
  worker.on('failed', (job, error) => {
    hub.log.error({ err: error, job: job?.name }, 'a job failed')
  })
  worker.on('error', (error) => {
    hub.log.debug({ err: error }, 'job worker')
  })
  let begun = false
  return {
    take(isUp) {
      if (!isUp) {
        if (begun) worker.pause(true).catch(complain)
      } else if (begun) worker.resume().catch(complain)
      else {
        begun = true
        worker.run().catch(complain)
      }
    },
    async stop() {
      await worker.close()
    }
  }
  function complain(error: unknown) {
    hub.log.debug({ err: error }, 'job worker')
  }
}
