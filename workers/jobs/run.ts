import { UnrecoverableError, Worker, type Job } from 'bullmq'
import { Compile } from 'typebox/compile'
import { jobs, type JobName } from '@palabre/config/contract/job'
import type { ConnectedHub } from '@palabre/hub/connect'
import { queueNames, queueOf } from '@palabre/hub/jobs/schedule'
import { stopSending } from '@palabre/hub/campaigns/send'
import { stopImports } from '@palabre/hub/imports/run'
import { prepareCampaignJob } from './campaign-prepare.ts'
import { sendCampaignsJob } from './campaign-send.ts'
import { sweepCampaignsJob } from './campaign-sweep.ts'
import { checkAccountsJob } from './check-accounts.ts'
import { cleanRetention } from './clean-retention.ts'
import { expireOfferJob } from './expire-offer.ts'
import { expireWrapUpJob } from './expire-wrap-up.ts'
import type { RunJob } from './job.ts'
import { placeCallbackJob } from './place-callback.ts'
import { fetchMediaJob } from './fetch-media.ts'
import { fetchProfileJob } from './fetch-profile.ts'
import { prepareFileJob } from './prepare-file.ts'
import { remindCallbackJob } from './remind-callback.ts'
import { reconcileHoldsJob } from './reconcile-holds.ts'
import { relayLogs } from './relay-logs.ts'
import { runErrandsJob } from './run-errands.ts'
import { runImportJob } from './run-import.ts'
import { sendMessage } from './send-message.ts'
import { sweepContactsJob } from './sweep-contacts.ts'
import { sweepDue } from './sweep-due.ts'
import { sweepImportsJob } from './sweep-imports.ts'
import { syncTemplatesJob } from './sync-templates.ts'
import { takeFactsJob } from './take-facts.ts'
import { wakeSnoozedJob } from './wake-snoozed.ts'

const runs: { [N in JobName]: RunJob<N> } = {
  'message.send': sendMessage,
  'message.errand': runErrandsJob,
  'media.fetch': fetchMediaJob,
  'file.prepare': prepareFileJob,
  'template.sync': syncTemplatesJob,
  'profile.fetch': fetchProfileJob,
  'callback.due': placeCallbackJob,
  'callback.remind': remindCallbackJob,
  'offer.expire': expireOfferJob,
  'wrapUp.expire': expireWrapUpJob,
  'snooze.wake': wakeSnoozedJob,
  'account.check': checkAccountsJob,
  'campaign.prepare': prepareCampaignJob,
  'campaign.send': sendCampaignsJob,
  'campaign.sweep': sweepCampaignsJob,
  'import.run': runImportJob,
  'import.sweep': sweepImportsJob,
  'log.relay': relayLogs,
  'fact.take': takeFactsJob,
  'due.sweep': sweepDue,
  'contact.sweep': sweepContactsJob,
  'hold.reconcile': reconcileHoldsJob,
  'retention.clean': cleanRetention
}

/** Recurring work, in milliseconds. Set again now and then, because Redis may have forgotten it. */
const recurring: Partial<Record<JobName, number>> = {
  'log.relay': 1000,
  'fact.take': 1000,
  'campaign.sweep': 1000,
  'import.sweep': 2000,
  'due.sweep': 2000,
  'contact.sweep': 2000,
  'hold.reconcile': 5000,
  'account.check': 600_000,
  'template.sync': 3_600_000,
  'retention.clean': 3_600_000
}
const setAgainMs = 5000
/** A worker that died lets go of its jobs after this time. */
const lockMs = 5000
const concurrency = { messages: 8, media: 4, timers: 16, campaigns: 8, imports: 2, upkeep: 2 }

/** Takes jobs until stopped; what is under way is finished first. */
export function runJobs(hub: ConnectedHub): { stop(): Promise<void> } {
  const checks = Object.fromEntries(Object.entries(jobs).map(([name, schema]) => [name, Compile(schema)]))
  const run = async (job: Job<unknown>) => {
    const name = job.name as JobName
    if (!(name in runs) || !checks[name]?.Check(job.data))
      throw new UnrecoverableError(`not a job: ${job.name}`)
    await (runs[name] as RunJob<JobName>)(hub, job.data as never)
  }
  const workers = queueNames.map((name) => {
    const worker = new Worker(name, run, {
      connection: hub.redis.duplicate({ maxRetriesPerRequest: null }) as never,
      prefix: `${hub.env.REDIS_PREFIX}:jobs`,
      concurrency: concurrency[name],
      lockDuration: lockMs,
      stalledInterval: lockMs
    })
    worker.on('failed', (job, error) => {
      hub.log.error({ err: error, job: job?.name }, 'a job failed')
    })
    worker.on('error', (error) => {
      hub.log.debug({ err: error }, 'job worker')
    })
    return worker
  })
  const setRecurring = () => {
    for (const [name, every] of Object.entries(recurring))
      hub.queues
        .queue(queueOf[name as JobName])
        .upsertJobScheduler(
          name,
          { every },
          { name, data: {}, opts: { removeOnComplete: true, removeOnFail: 100 } }
        )
        .catch((error: unknown) => {
          hub.log.debug({ err: error, job: name }, 'a recurring job could not be set')
        })
  }
  setRecurring()
  const timer = setInterval(setRecurring, setAgainMs)
  return {
    async stop() {
      clearInterval(timer)
      const closing = workers.map((worker) => worker.close())
      // Another worker goes on with the next batch.
      stopImports(hub)
      // A campaign would go on until nothing of it is due.
      await stopSending(hub)
      await Promise.all(closing)
    }
  }
}
