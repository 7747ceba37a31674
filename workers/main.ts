import closeWithGrace from 'close-with-grace'
import { channels } from '@palabre/channels/registry'
import { readEnv } from '@palabre/config/env'
import { connectHub, makeLog } from '@palabre/hub/connect'
import { startEngines } from '@palabre/hub/engines/start'
import { openDemoMailbox } from './demo/mailbox.ts'
import { runJobs } from './jobs/run.ts'
import { openGateways } from './listeners/gateways.ts'
import { listenToAccounts } from './listeners/listen.ts'
import { serveOperations } from './operations.ts'

const env = readEnv()
const log = makeLog(env, 'workers')
const engines = await startEngines({
  mongodbUrl: env.MONGODB_URL,
  redisUrl: env.REDIS_URL,
  dataDir: env.DATA_DIR
})
const hub = await connectHub({ ...env, MONGODB_URL: engines.mongodbUrl, REDIS_URL: engines.redisUrl }, log)
const parts = [
  runJobs(hub),
  listenToAccounts(hub),
  openGateways(hub),
  await openDemoMailbox(hub),
  await serveOperations(hub)
]
log.info('workers ready')

/** What is under way is finished before the connections close. */
const grace = closeWithGrace({ delay: 10_000 }, async ({ err, signal }) => {
  if (err) log.error({ err }, 'stopping after a failure')
  else log.info({ signal }, 'stopping')
  await Promise.all(parts.map((part) => part.stop()))
  for (const channel of channels) channel.close?.()
  await hub.close()
  await engines.stop()
})
process.on('disconnect', () => void grace.close())
