import closeWithGrace from 'close-with-grace'
import { readEnv } from '@palabre/config/env'
import { buildApp } from './app.ts'
import { connectHub, makeLog } from './connect.ts'
import { seedDemo } from './demo/seed.ts'
import { seedAdministrator } from './users/seed-administrator.ts'
import { startEngines } from './engines/start.ts'
import { startRouter } from './routing/router.ts'

const env = readEnv()
const log = makeLog(env, 'hub')
const engines = await startEngines({
  mongodbUrl: env.MONGODB_URL,
  redisUrl: env.REDIS_URL,
  dataDir: env.DATA_DIR
})
const hub = await connectHub({ ...env, MONGODB_URL: engines.mongodbUrl, REDIS_URL: engines.redisUrl }, log)
if (env.DEMO) await seedDemo(hub)
else await seedAdministrator(hub)
const router = await startRouter(hub)
const app = await buildApp(hub)
await app.listen({ host: env.HOST, port: env.PORT })
log.info({ address: app.listeningOrigin }, 'hub listening')

/** Drain: clients are sent elsewhere, what is under way ends, and only then the engines stop. */
const grace = closeWithGrace({ delay: 10_000 }, async ({ err, signal }) => {
  if (err) log.error({ err }, 'stopping after a failure')
  else log.info({ signal }, 'stopping')
  app.drain()
  await router.stop()
  await app.close()
  await hub.close()
  await engines.stop()
})
// Started by `npm start`: without it nobody would stop us.
process.on('disconnect', () => void grace.close())
