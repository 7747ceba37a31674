import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Interaction } from '@palabre/config/contract/interaction'
import type { Message as MessageWire } from '@palabre/config/contract/message'
import { Message } from '@palabre/hub/messages/message.model'
import { runHeldJobs } from '@palabre/workers/jobs/held'
import { startWhatsapp, type Whatsapp } from '../simulators/whatsapp-web/whatsapp.ts'
import { Person, clientId, eventually, openHouse, type House } from './house.ts'
import { recordNamed } from './people.ts'

const chromium = process.env['PALABRE_CHROMIUM'] || '/usr/bin/chromium'
const why = existsSync(chromium) ? '' : ` (skipped: there is no Chromium at ${chromium})`

/** A process of workers, as many as are started beside each other. */
const script = `
  const { readEnv } = await import('@palabre/config/env')
  const { connectHub, makeLog } = await import('@palabre/hub/connect')
  const { runJobs } = await import('@palabre/workers/jobs/run')
  const { listenToAccounts } = await import('@palabre/workers/listeners/listen')
  const env = readEnv()
  const hub = await connectHub(env, makeLog(env, 'worker'))
  const parts = [runJobs(hub), listenToAccounts(hub)]
  process.on('SIGTERM', async () => {
    await Promise.all(parts.map((part) => part.stop()))
    await hub.close()
    process.exit(0)
  })`

let house: House
let far: Whatsapp
let admin: Person
let boris: Person
let accountId = ''
const workers = new Set<ChildProcess>()
/** All that were ever started here. */
const pids = new Set<number | undefined>()

function startWorker(): ChildProcess {
  const { MONGODB_URL, REDIS_URL, REDIS_PREFIX, SECRET_KEY, DATA_DIR } = house.hub.env
  const worker = spawn(
    process.execPath,
    ['--conditions=source', '--import', 'tsx', '--input-type=module', '--eval', script],
    {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        ...process.env,
        MONGODB_URL,
        REDIS_URL,
        REDIS_PREFIX,
        SECRET_KEY,
        DATA_DIR,
        SMTP_PORT: '-1',
        LOG_LEVEL: process.env['TEST_LOG'] ?? 'error'
      }
    }
  )
  workers.add(worker)
  pids.add(worker.pid)
  return worker
}
async function end(worker: ChildProcess, signal: NodeJS.Signals) {
  workers.delete(worker)
  if (worker.exitCode !== null || worker.signalCode !== null) return
  const gone = new Promise((resolve) => worker.once('exit', resolve))
  worker.kill(signal)
  await gone
}

const pidIn = (dir: string, file: string) => {
  const path = join(tmpdir(), dir, file)
  return existsSync(path) ? Number(readFileSync(path, 'utf8').split(' ')[0]) : 0
}
/** The browsers of our workers: whose they are, where they keep their files, and their own process. */
const browsers = () =>
  readdirSync(tmpdir())
    .filter((name) => name.startsWith('palabre-whatsapp-web-'))
    .map((dir) => ({ dir, owner: pidIn(dir, 'owner'), pid: pidIn(dir, 'browser') }))
    .filter(({ owner }) => pids.has(owner))
const runs = (pid: number) => existsSync(`/proc/${String(pid)}`)
const isLinked = () =>
  eventually('one linked page', () => far.linked() === 1, 40_000).then(() =>
    eventually('the account to be up', async () => (await health()).state === 'up', 20_000)
  )
const health = async () => {
  const { body } = await admin.get('/api/accounts')
  return (body.items as { id: string; health: { state: string; pairing: boolean } }[]).find(
    ({ id }) => id === accountId
  )!.health
}

let people = 0
const stranger = () => `22177${String(6_000_000 + ++people)}@c.us`
async function matter(words: string, from = stranger()): Promise<{ work: Interaction; from: string }> {
  far.write(from, { body: words, notifyName: 'Fatou' })
  return { from, work: await boris.accept(await boris.offer(words)) }
}
async function answer(work: Interaction, text: string): Promise<MessageWire> {
  const { status, body } = await boris.post(`/api/interactions/${work.id}/messages`, {
    clientId: clientId(),
    text
  })
  expect(status, JSON.stringify(body)).toBe(200)
  return body as MessageWire
}
const messagesOf = async ({ conversationId }: Pick<Interaction, 'conversationId'>) =>
  (await boris.get(`/api/conversations/${conversationId}/messages`)).body.items as MessageWire[]
const untilState = (work: Interaction, id: string, state: string, ms = 20_000) =>
  eventually(
    `the message to be ${state}`,
    async () => (await messagesOf(work)).find((one) => one.id === id && one.state === state),
    ms
  )
const sentTimes = (text: string) => far.sent.filter((one) => one.text === text).length

describe.skipIf(why !== '')(`WhatsApp by a linked phone${why}`, { timeout: 120_000 }, () => {
  beforeAll(async () => {
    house = await openHouse()
    far = await startWhatsapp()
    far.scansAtOnce(false)
    admin = await Person.signIn(house.url, 'admin')
    boris = await Person.signIn(house.url, 'boris')
    const { status, body } = await admin.post('/api/accounts', {
      channel: 'whatsapp-web',
      name: 'The phone of the desk',
      queueId: (await recordNamed(admin, '/api/queues', 'Loans')).id,
      settings: {
        risksUnderstood: true,
        standIn: far.standIn,
        chromiumPath: chromium,
        sandbox: process.getuid?.() !== 0,
        perMinute: 60
      }
    })
    if (status !== 200) throw new Error(JSON.stringify(body))
    accountId = body.id as string
    // Who has no socket for a while is taken off the floor.
    await boris.listen()
    await boris.ready()
  }, 60_000)
  afterAll(async () => {
    for (const worker of [...workers]) await end(worker, 'SIGTERM')
    boris.leave()
    await far.stop()
    await house.stop()
  }, 60_000)

  it('is linked by the code that the administrator sees', async () => {
    startWorker()
    const shown = await eventually(
      'a code',
      async () => (await admin.get(`/api/accounts/${accountId}/pairing`)).body as { qr: string } | null,
      40_000
    )
    expect(shown.qr).toContain(far.codes.at(-1))
    expect((await health()).pairing).toBe(true)
    far.scan()
    await isLinked()
    expect((await admin.get(`/api/accounts/${accountId}/pairing`)).body).toBeFalsy()
  })

  it('carries a conversation: words, what became of them, emojis, changes, and that they were read', async () => {
    const { work, from } = await matter('Bonjour, un prêt ?')
    expect(work.contactName).toBe('Fatou')
    const { id } = await answer(work, 'Bonjour Fatou')
    await eventually('the answer at WhatsApp', () => sentTimes('Bonjour Fatou') === 1, 20_000)
    const { id: ours, to } = far.sent.find(({ text }) => text === 'Bonjour Fatou')!
    expect(to).toBe(from)
    await untilState(work, id, 'sent')
    far.ack(ours, 2)
    await untilState(work, id, 'delivered')
    far.ack(ours, 3)
    await untilState(work, id, 'read')

    const first = (await messagesOf(work)).find(({ kind }) => kind === 'in')!
    expect((await boris.send('PUT', `/api/messages/${first.id}/reaction`, { emoji: '👍' })).status).toBe(200)
    await eventually('the emoji at WhatsApp', () => far.reacted.some(({ emoji }) => emoji === '👍'), 20_000)

    const theirs = far.write(from, { body: 'At nine', quotedStanzaID: ours })
    const stored = await eventually('the message', async () =>
      (await messagesOf(work)).find(({ text }) => text === 'At nine')
    )
    expect(stored.answersId).toBe(id)
    far.edit(theirs, 'At ten')
    far.react(from, ours, '❤️')
    await eventually('the change', async () =>
      (await messagesOf(work)).find(({ text, amended }) => text === 'At ten' && amended === 'edited')
    )
    await eventually('the emoji', async () =>
      (await messagesOf(work)).find((one) => one.id === id)?.reactions?.some(({ emoji }) => emoji === '❤️')
    )
  })

  it('has one browser beside two workers, and sends by it from either', async () => {
    startWorker()
    // The lease may go over to the new one; the session goes along.
    await sleep(6000)
    await isLinked()
    expect(browsers()).toHaveLength(1)
    const codes = far.codes.length
    const { work } = await matter('Who answers?')
    for (const n of [1, 2, 3, 4]) await answer(work, `Answer ${String(n)}`)
    const answers = () => far.sent.map(({ text }) => text).filter((text) => text.startsWith('Answer '))
    await eventually('all answers', () => answers().length === 4, 30_000)
    // Who hands them on does so side by side, so that two of one moment may change places, as on every channel.
    expect(answers().sort()).toEqual([1, 2, 3, 4].map((n) => `Answer ${String(n)}`))
    expect(far.codes.length).toBe(codes)
  })

  it('goes on by the other worker when the one with the browser is killed', async () => {
    const { work } = await matter('Before the blow')
    const codes = far.codes.length
    // What was signed in a moment ago is kept after a few seconds.
    await sleep(8000)
    const [browser] = browsers()
    const killed = [...workers].find(({ pid }) => pid === browser?.owner)!
    expect(killed).toBeDefined()
    expect(runs(browser!.pid)).toBe(true)
    await end(killed, 'SIGKILL')
    await eventually('the browser to be gone', () => !runs(browser!.pid), 5000)
    const from = stranger()
    far.write(from, { body: 'In the outage' })
    const { id } = await answer(work, 'During the blow')
    await isLinked()
    await untilState(work, id, 'sent', 40_000)
    expect(sentTimes('During the blow')).toBe(1)
    await boris.offer('In the outage')
    expect(far.codes.length).toBe(codes)
    expect(browsers().map(({ dir }) => dir)).not.toContain(browser!.dir)
    await boris.accept(await boris.offer('In the outage'))
  })

  it('keeps what is written while nobody holds the phone, also when Redis forgets it, and sends it once', async () => {
    const { work } = await matter('Nobody there?')
    for (const worker of [...workers]) await end(worker, 'SIGTERM')
    await eventually('no page', () => far.linked() === 0)
    expect(browsers()).toEqual([])
    const { id } = await answer(work, 'When somebody is there')
    await sleep(1500)
    const keys = await house.hub.redis.keys(`${house.hub.env.REDIS_PREFIX}:jobs:held.*`)
    expect(keys.length).toBeGreaterThan(0)
    await house.hub.redis.del(...keys)
    await sleep(1500)
    expect(await Message.findById(id).lean()).toMatchObject({ state: 'queued', attempts: 0, failure: null })

    // Who holds the account takes its work only while the phone is there.
    const held = runHeldJobs(house.hub, accountId)
    held.take(true)
    held.take(false)
    const { id: second } = await answer(work, 'While it is away')
    await sleep(1500)
    expect(await Message.findById(second).lean()).toMatchObject({ state: 'queued', attempts: 0 })
    held.take(true)
    const attempted = await eventually('an attempt', async () => {
      const message = await Message.findById(second).lean()
      return message?.failure ? message : null
    })
    expect(attempted).toMatchObject({ attempts: 1, failure: { reason: 'The phone is not connected.' } })
    await held.stop()

    startWorker()
    await isLinked()
    await untilState(work, id, 'sent', 60_000)
    await untilState(work, second, 'sent', 60_000)
    expect(sentTimes('When somebody is there')).toBe(1)
    expect(sentTimes('While it is away')).toBe(1)
  })
})
