/**
 * `npm start`: from a fresh clone to a running hub. Installs and builds what is missing, starts MongoDB and Redis
 * unless MONGODB_URL and REDIS_URL say where they are, then the hub and the workers, and keeps all of them running.
 * Plain JavaScript without dependencies, because it runs before they are installed.
 */
import { get } from 'node:http'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { locateMongodb, locateRedis } from '../engines/locate.mjs'
import { printBanner, printLogins } from './banner.mjs'
import { build } from './build.mjs'
import { keepRunning } from './children.mjs'
import { install } from './install.mjs'
import { freePort } from './port.mjs'
import { endPrograms, root } from './run.mjs'
import { bold, dim, duration, red, say, step } from './say.mjs'

const readyLimitMs = 60_000
const crashesUntilGivingUp = 3
const sameKeystrokeMs = 500 // a terminal and npm both pass one Ctrl-C on

const since = Date.now()
const verbose = process.argv.includes('--verbose')
const dataDir = resolve(root, process.env.DATA_DIR || 'data')
const host = process.env.HOST || '127.0.0.1'
const smtpHost = process.env.SMTP_HOST || '127.0.0.1'
const { MONGODB_URL: mongodbUrl, REDIS_URL: redisUrl } = process.env

const halt = new AbortController()
const children = []
const logins = []
let engines
let isBannerOut = false
let stoppedAt = 0

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void stop(0))

say(`\n  ${bold('Palabre')} ${dim('omnichannel engagement hub')}\n`)
await start().catch((error) => {
  if (halt.signal.aborted) return // what was under way ended because everything ends
  say(`\n  ${red(error.message)}\n`)
  return stop(1)
})

async function start() {
  await Promise.all([install(), locatePrograms()])
  halt.signal.throwIfAborted()
  await build()
  halt.signal.throwIfAborted()
  engines = step('Starting MongoDB and Redis', startEngines)
  const urls = await engines
  halt.signal.throwIfAborted()
  const port = await freePort('the hub', Number(process.env.PORT || 8080), host)
  const smtpPort = await freePort('the mail listener', Number(process.env.SMTP_PORT || 2525), smtpHost)
  halt.signal.throwIfAborted()
  const env = {
    MONGODB_URL: urls.mongodbUrl,
    REDIS_URL: urls.redisUrl,
    DATA_DIR: dataDir,
    PORT: `${port}`,
    SMTP_PORT: `${smtpPort}`
  }
  const hub = keepRunning({ name: 'hub', script: 'hub/dist/main.js', env, verbose, onLine: collectLogins })
  const workers = keepRunning({ name: 'workers', script: 'workers/dist/main.js', env, verbose })
  children.push(hub, workers)
  await step('Starting the hub and the workers', () => untilReady(hub, port))
  printBanner({ address: `http://localhost:${port}`, smtpPort, dataDir, took: duration(since), logins })
  isBannerOut = true
}

/** Downloads what this machine lacks to run MongoDB and Redis, while npm is busy. */
async function locatePrograms() {
  const tell = (line) => say(`  ${dim('…')} ${line}`)
  await Promise.all([mongodbUrl || locateMongodb(tell), redisUrl || locateRedis(tell)])
}

async function startEngines() {
  const built = await import(pathToFileURL(join(root, 'hub/dist/engines/start.js')))
  const log = (line) => say(`  ${dim('·')} ${line}`)
  return built.startEngines({ mongodbUrl, redisUrl, dataDir, log })
}

/** Resolves when the hub says that it is ready to serve. */
async function untilReady(hub, port) {
  const address = ['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host
  for (const deadline = Date.now() + readyLimitMs; Date.now() < deadline; await sleep(50)) {
    halt.signal.throwIfAborted()
    if (await isReady(`http://${address.includes(':') ? `[${address}]` : address}:${port}/ready`)) return
    if (hub.crashes() >= crashesUntilGivingUp) throw new Error(`The hub does not start:\n${hub.lastLines()}`)
  }
  throw new Error(`The hub was not ready after ${readyLimitMs / 1000} s:\n${hub.lastLines()}`)
}

function isReady(url) {
  return new Promise((resolve) => {
    const request = get(url, { timeout: 2000 }, (reply) => resolve(reply.resume().statusCode === 200))
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(false))
  })
}

/** The hub knows the demo's users; it logs them at start, and again when it was started again. */
function collectLogins(entry) {
  if (entry.msg !== 'demo ready' || !Array.isArray(entry.logins) || logins.length > 0) return
  logins.push(...entry.logins)
  if (isBannerOut) printLogins(logins)
}

/** Ends everything in order: hub and workers, then their databases. A second Ctrl-C does not wait, a third gives up. */
async function stop(code) {
  if (stoppedAt > 0 && Date.now() - stoppedAt < sameKeystrokeMs) return
  if (halt.signal.aborted && children.length === 0) process.exit(1)
  const isFirst = !halt.signal.aborted
  stoppedAt = Date.now()
  halt.abort()
  endPrograms()
  const ended = children.map((child) => child.stop())
  if (!isFirst) return void children.splice(0)
  say(`\n  ${dim('Stopping …')}`)
  await Promise.all(ended)
  const started = await engines?.catch(() => undefined)
  await started?.stop()
  say(`  ${dim(code === 0 ? 'Everything has stopped. Au revoir.' : 'Nothing is left running.')}\n`)
  process.exit(code)
}
