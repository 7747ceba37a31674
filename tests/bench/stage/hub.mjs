/**
 * The compiled hub as its main.js puts it together, with two differences: no rate limits (all load comes from one
 * address), and it says what it used. The URL of MongoDB asks the driver to report its commands.
 */
import mongoose from 'mongoose'
import { readEnv } from '@palabre/config/env'
import { buildApp } from '@palabre/hub/app'
import { connectHub, makeLog } from '@palabre/hub/connect'
import { startRouter } from '@palabre/hub/routing/router'
import { tellUsage } from './usage.mjs'

const env = readEnv()
const hub = await connectHub(env, makeLog(env, 'hub'))
const router = await startRouter(hub)
const app = await buildApp(hub, { rateLimits: false })
await app.listen({ host: env.HOST, port: env.PORT })

let stopping = false
tellUsage(mongoose, async () => {
  if (stopping) return
  stopping = true
  app.drain()
  await router.stop()
  await app.close()
  await hub.close()
  process.exit(0)
})
process.send({ ready: { port: app.server.address().port } })
