import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { Types } from 'mongoose'
import nodemailer from 'nodemailer'
import { readEnv } from '@palabre/config/env'
import { ChannelAccountModel } from '@palabre/hub/accounts/account.model'
import { Campaign, type CampaignDoc } from '@palabre/hub/campaigns/campaign.model'
import { createCampaignOf } from '@palabre/hub/campaigns/keep'
import { compileMessage, writerOf } from '@palabre/hub/campaigns/message'
import { addRecipients } from '@palabre/hub/campaigns/prepare'
import { Recipient, type RecipientDoc } from '@palabre/hub/campaigns/recipient.model'
import { addressesFor } from '@palabre/hub/campaigns/running'
import { senderFor, signingKeyOf } from '@palabre/hub/campaigns/sender.model'
import { makeKeyOf, updateSenderOf } from '@palabre/hub/campaigns/senders'
import { recount } from '@palabre/hub/campaigns/tally'
import { connectHub, makeLog, type ConnectedHub } from '@palabre/hub/connect'
import { systemActor } from '@palabre/hub/hub'
import { demand, until } from '../figures.ts'
import type { Outcome } from '../parts/outcome.ts'
import { freshUrl, type Bench } from '../stage/stage.ts'
import { startSink, startWorker, type Sink, type Worker } from './far-side.ts'

const lines = 20
const domains = 50
const batch = 1000
const minute = 60_000

const message = {
  mjml: `<mjml><mj-body>${Array.from(
    { length: 6 },
    (_, i) =>
      `<mj-section><mj-column><mj-text>Hello {{ contact.first_name }}, part ${String(i)} for {{ contact.city }}. ${'Words that fill a paragraph. '.repeat(8)}</mj-text><mj-button href="https://shop.example/${String(i)}?c={{ contact.city }}">See it</mj-button></mj-column></mj-section>`
  ).join(
    ''
  )}<mj-section><mj-column><mj-text><a href="{{ unsubscribe_url }}">Unsubscribe</a></mj-text></mj-column></mj-section></mj-body></mjml>`,
  text: null,
  preheader: 'For you, {{ contact.first_name }}',
  fromName: 'Bench',
  subjects: [{ id: 'a', subject: 'News for {{ contact.first_name }}' }],
  fallbacks: {}
}
const plain = (html: string) => html.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')

const person = (name: string, i: number) => ({
  contactId: new Types.ObjectId().toHexString(),
  address: `${name}-${String(i)}@domain-${String(i % domains)}.example`,
  name: `Person ${String(i)}`,
  locale: 'en',
  attributes: { city: `City ${String(i % 97)}` }
})

/** Personalised mails with DKIM to a sink, beside the same mails by nodemailer's own pool; then with killed workers. */
export async function benchSend(bench: Bench): Promise<Outcome> {
  const env = {
    MONGODB_URL: freshUrl(bench, 'campaigns'),
    REDIS_URL: bench.redisUrl,
    REDIS_PREFIX: `bench-${randomBytes(4).toString('hex')}`,
    DATA_DIR: join(bench.dataDir, 'campaigns'),
    SECRET_KEY: randomBytes(32).toString('hex'),
    PUBLIC_URL: 'https://news.sender.example',
    SMTP_PORT: '-1',
    DEMO: 'false',
    LOG_LEVEL: 'error'
  }
  const read = readEnv(env)
  const hub = await connectHub(read, makeLog(read, 'bench'))
  const sink = await startSink()
  const accountId = await makeAccount(hub, sink.port)
  try {
    const raw = await rawRate(bench, hub, sink, accountId)
    await sink.forget()
    const speed = await run(bench, hub, sink, accountId, env, bench.quick ? 5000 : 100_000, 0)
    await sink.forget()
    const crash = await run(bench, hub, sink, accountId, env, bench.quick ? 2000 : 10_000, 2)
    return {
      rows: [
        {
          what: 'nodemailer pool, DKIM',
          'mails/s': raw,
          'CPU ms each': '',
          duplicates: '',
          missing: '',
          unknown: ''
        },
        { what: 'campaign, DKIM', ...rowOf(speed) },
        { what: 'campaign, workers killed twice', ...rowOf(crash) }
      ],
      figures: {
        sendPerS: speed.perSecond,
        rawSendPerS: raw,
        sendCpuMs: speed.cpuMs,
        duplicates: speed.duplicates + crash.duplicates,
        missing: speed.missing + crash.missing,
        unknownAfterKills: crash.unknown,
        unknownNotDelivered: crash.unknownNotGot
      }
    }
  } finally {
    sink.stop()
    await hub.close()
  }
}

const rowOf = ({ perSecond, cpuMs, duplicates, missing, unknown }: Ran) => ({
  'mails/s': perSecond,
  'CPU ms each': cpuMs,
  duplicates,
  missing,
  unknown
})

async function makeAccount(hub: ConnectedHub, smtpPort: number): Promise<string> {
  const _id = new Types.ObjectId()
  await ChannelAccountModel.create({
    _id,
    channel: 'email',
    name: 'Bench',
    queueId: new Types.ObjectId(),
    settings: {
      address: 'news@sender.example',
      inbound: 'none',
      smtpHost: '127.0.0.1',
      smtpPort,
      smtpSecurity: 'none'
    }
  } as never)
  const id = _id.toHexString()
  const { version } = await makeKeyOf(hub, id)
  await updateSenderOf(hub, id, { version, change: { perSecond: 10_000, perDomain: 10_000, lines } })
  return id
}

/** What nodemailer's own pool does with the same mails and key on the same machine: the ceiling. */
async function rawRate(bench: Bench, hub: ConnectedHub, sink: Sink, accountId: string): Promise<number> {
  const compiled = compileMessage(message, { clicks: true, opens: false }, plain)
  const writer = writerOf({ compiled, subjects: message.subjects, fallbacks: {}, campaignName: 'Bench' })
  const key = signingKeyOf(hub, await senderFor(new Types.ObjectId(accountId)))
  demand(key !== null, 'the sender has a key')
  const transport = nodemailer.createTransport({
    pool: true,
    host: '127.0.0.1',
    port: sink.port,
    ignoreTLS: true,
    maxConnections: lines,
    maxMessages: Infinity,
    dkim: { domainName: key.domain, keySelector: key.selector, privateKey: key.privateKey }
  })
  const count = bench.quick ? 1500 : 5000
  const began = performance.now()
  await Promise.all(
    Array.from({ length: count }, (_, i) => {
      const { address, name, attributes } = person('raw', i)
      const _id = new Types.ObjectId()
      const mail = writer.write(null, { _id, address, name, data: attributes }, addressesFor(hub, _id))
      return transport.sendMail({ from: 'news@sender.example', to: address, ...mail })
    })
  )
  const perSecond = (count / (performance.now() - began)) * 1000
  transport.close()
  return perSecond
}

interface Ran {
  perSecond: number
  cpuMs: number
  duplicates: number
  missing: number
  unknown: number
  unknownNotGot: number
}

async function run(
  bench: Bench,
  hub: ConnectedHub,
  sink: Sink,
  accountId: string,
  env: Record<string, string>,
  count: number,
  kills: number
): Promise<Ran> {
  const name = `run${String(kills)}`
  const draft = await createCampaignOf(hub, systemActor, { name, accountId, message } as never)
  for (let i = 0; i < count; i += batch)
    await addRecipients(
      hub,
      draft,
      Array.from({ length: Math.min(batch, count - i) }, (_, j) => person(name, i + j))
    )
  await recount(hub, draft._id)
  const flags = bench.profileDir && kills === 0 ? ['--cpu-prof', `--cpu-prof-dir=${bench.profileDir}`] : []
  let workers: Worker[] = [startWorker(env, flags), startWorker(env, flags)]
  const now = new Date()
  const compiled = compileMessage(message, draft.tracking, plain)
  await Campaign.updateOne(
    { _id: draft._id },
    { $set: { state: 'running', startedAt: now, preparedAt: now, compiled }, $inc: { version: 1 } }
  )
  try {
    for (let kill = 1; kill <= kills; kill++) {
      await until('a part of it', async () => (await sink.count()) >= (count * kill) / (kills + 1), {
        ms: 20 * minute,
        every: 5
      })
      await Promise.all(workers.map((worker) => worker.kill()))
      workers = [startWorker(env), startWorker(env)]
    }
    await until(
      'everybody',
      async () => ((await Campaign.findById(draft._id).lean()) as CampaignDoc).state === 'finished',
      { ms: 30 * minute, every: 200 }
    )
    const cpu = workers.reduce((sum, worker) => sum + worker.cpuMs(), 0)
    const { got, times } = await sink.report()
    const docs = (await Recipient.find(
      { campaignId: draft._id },
      { address: 1, state: 1 }
    ).lean()) as RecipientDoc[]
    const lost = docs.filter(({ address }) => !got.has(address))
    const missing = lost.filter(({ state }) => state !== 'unknown').length
    const duplicates = [...got.values()].filter((n) => n > 1).length
    demand(docs.length === count, 'every recipient is written down')
    demand(duplicates === 0, `nobody gets it twice: ${String(duplicates)} did`)
    demand(missing === 0, `nobody is left out: ${String(missing)} are`)
    // The start of the processes and the last stragglers are no part of the pace.
    const [from = 0, to = 0] = [
      times[Math.floor(times.length * 0.05)],
      times[Math.floor(times.length * 0.95)]
    ]
    return {
      perSecond: (times.length * 0.9 * 1000) / Math.max(1, to - from),
      cpuMs: cpu / count,
      duplicates,
      missing,
      unknown: docs.filter(({ state }) => state === 'unknown').length,
      unknownNotGot: lost.length - missing
    }
  } finally {
    await Promise.all(workers.map((worker) => worker.kill()))
  }
}
