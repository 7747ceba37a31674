import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import mongoose from 'mongoose'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Engine } from './engine.ts'
import { startMongo } from './mongodb.ts'
import { startRedis } from './redis.ts'
import { startEngines, withDatabase } from './start.ts'

let root: string
const started: Engine[] = []

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'palabre-engines-'))
})
afterEach(async () => {
  await Promise.all(started.splice(0).map((engine) => engine.stop()))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const mongo = async (name: string) => keep(await startMongo({ dir: join(root, name) }))
const redis = async (name: string) => keep(await startRedis({ dir: join(root, name) }))

function keep(engine: Engine): Engine {
  started.push(engine)
  return engine
}

const open = (engine: Engine) => mongoose.createConnection(withDatabase(engine.url, 'palabre')).asPromise()

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('loses no acknowledged write when MongoDB is killed again and again', { timeout: 60_000 }, async () => {
  const engine = await mongo('killed')
  const connection = await open(engine)
  const entries = connection.collection<{ _id: number }>('entries')
  const acknowledged: number[] = []
  let kills = 0
  for (let number = 0; number < 600; number += 1) {
    if (number % 200 === 100) {
      setTimeout(() => engine.kill(), 5)
      kills += 1
    }
    await entries
      .insertOne({ _id: number })
      .then(() => acknowledged.push(number))
      .catch(() => sleep(20)) // refused while the server was away: not acknowledged, so not promised
  }
  const found = new Set((await entries.find().toArray()).map(({ _id }) => _id))
  expect(kills).toBe(3)
  expect(acknowledged.length).toBeGreaterThan(500)
  expect(acknowledged.filter((number) => !found.has(number))).toEqual([])
  await connection.close()
})

test('serves again on the same address about a second after a kill', async () => {
  const engines = [await mongo('again'), await redis('again-redis')]
  for (const engine of engines) {
    const { url, pid } = engine
    const since = Date.now()
    engine.kill()
    while (engine.pid === pid || engine.pid === 0) await sleep(10)
    expect(engine.url).toBe(url)
    expect(Date.now() - since).toBeLessThan(2500)
  }
})

test('a Redis client reconnects by itself and finds what was synced', async () => {
  const engine = await redis('reconnects')
  const client = new Redis(engine.url)
  client.on('error', () => {})
  await client.set('greeting', 'bonsoir')
  await client.call('WAITAOF', 1, 0, 2000).catch(() => sleep(1200)) // WAITAOF came with Redis 7.2
  engine.kill()
  expect(await client.get('greeting')).toBe('bonsoir')
  expect(await client.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction'])
  client.disconnect()
})

test('leaves nothing running when stopped and finds its data when started again', async () => {
  const dataDir = join(root, 'kept')
  const first = await startEngines({ mongodbUrl: '', redisUrl: '', dataDir })
  const connection = await mongoose.createConnection(first.mongodbUrl).asPromise()
  await connection.collection('entries').insertOne({ greeting: 'bonsoir' })
  const { pid } = await startMongo({ dir: join(dataDir, 'mongodb') }).then(keep)
  await connection.close()
  await started.pop()?.stop() // lets go of the engine that it only joined
  expect(isAlive(pid)).toBe(true)
  await first.stop()
  expect(isAlive(pid)).toBe(false)

  const second = await startEngines({ dataDir })
  const again = await mongoose.createConnection(second.mongodbUrl).asPromise()
  expect(await again.collection('entries').countDocuments({ greeting: 'bonsoir' })).toBe(1)
  await again.close()
  await second.stop()
})

test('starts at once and shortly after each other on the same folder share one server', async () => {
  for (const start of [mongo, redis]) {
    for (const delay of [0, 5, 10, 20, 40]) {
      const name = `at-once-${start.name}-${delay}`
      const [one, other] = await Promise.all([start(name), sleep(delay).then(() => start(name))])
      expect([one.url, one.pid]).toEqual([other.url, other.pid])
    }
  }
})

test('who joined a running server takes over when the one who started it stops', async () => {
  for (const start of [mongo, redis]) {
    const first = await start(`shared-${start.name}`)
    const second = await start(`shared-${start.name}`)
    const { pid } = first
    expect(second.pid).toBe(pid)
    await first.stop()
    while (second.pid === pid || second.pid === 0) await sleep(10)
    expect([isAlive(pid), isAlive(second.pid)]).toEqual([false, true])
    expect(second.url).toBe(first.url)
  }
})

test('survives clients that end their sessions at the engine', async () => {
  const engine = await mongo('sessions')
  const { pid } = engine
  const connection = await open(engine)
  expect(await connection.db?.command({ endSessions: [] })).toMatchObject({ ok: 1 })
  await connection.collection('entries').insertOne({})
  await connection.close()
  expect(engine.pid).toBe(pid)
})

test('starts nothing for a server whose address is given', async () => {
  const given = { mongodbUrl: 'mongodb://db.example/palabre', redisUrl: 'redis://redis.example' }
  expect(await startEngines({ ...given, dataDir: join(root, 'none') })).toMatchObject(given)
})
