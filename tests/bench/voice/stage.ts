import { randomBytes } from 'node:crypto'
import { request } from 'node:http'
import { join } from 'node:path'
import mongoose from 'mongoose'
import { each } from '../figures.ts'
import { openAgent, type AgentClient } from '../load/agent.ts'
import { asked, openPool } from '../load/line.ts'
import { runProgram, startProgram, startSilent, type Program } from '../stage/program.ts'
import { sparePort } from '../stage/spare-port.ts'
import { freshUrl, type Bench, type Db, type Login } from '../stage/stage.ts'
import { realm, type Begin, type Told } from './orders.ts'

const basic = { username: 'bench', password: 'a-password-of-the-line' }

/** The media server in its own process. */
export interface FarSide {
  program: Program
  begin(order: Begin): Promise<void>
  run(load: object): Promise<void>
  hold(seconds: number): Promise<void>
  finish(): Promise<Told>
  streams(order: { url: string; count: number; seconds: number }): Promise<void>
}

export async function openFarSide(): Promise<FarSide> {
  const program = await startProgram('../voice/far-side.ts', {}, ['--import', 'tsx'])
  const post = (path: string, body: object = {}) =>
    new Promise<unknown>((resolve, reject) => {
      const ask = request(
        { host: '127.0.0.1', port: program.port, path, method: 'POST', agent: false },
        (reply) => {
          let text = ''
          reply.on('data', (chunk: Buffer) => (text += chunk.toString()))
          reply.on('end', () => {
            if (reply.statusCode === 200) resolve(JSON.parse(text))
            else reject(new Error(text))
          })
        }
      )
      ask.once('error', reject)
      ask.end(JSON.stringify(body))
    })
  return {
    program,
    begin: async (order) => void (await post('/begin', order)),
    run: async (load) => void (await post('/run', load)),
    hold: async (seconds) => void (await post('/hold', { seconds })),
    finish: async () => (await post('/finish')) as Told,
    streams: async (order) => void (await post('/streams', order))
  }
}

export interface VoiceStage {
  hub: Program
  far: FarSide
  db: Db
  close(): Promise<void>
}

/** A hub with a telephone line, so many agents at their desks, and a media server with their phones. */
export async function openVoiceStage(
  bench: Bench,
  name: string,
  plan: { agents: number; hasFlow: boolean; recording: 'never' | 'always'; answerMs: number; talkMs: number }
): Promise<VoiceStage> {
  const [port, restPort] = await Promise.all([sparePort(), sparePort()])
  const hubUrl = `http://127.0.0.1:${String(port)}`
  const url = freshUrl(bench, name)
  const env = {
    MONGODB_URL: url,
    REDIS_URL: bench.redisUrl,
    REDIS_PREFIX: `bench-${randomBytes(4).toString('hex')}`,
    DATA_DIR: join(bench.dataDir, name),
    PORT: String(port),
    SMTP_PORT: '-1',
    DEMO: 'false',
    LOG_LEVEL: 'warn'
  }
  const settings = {
    numbers: ['+221338000000'],
    defaultCountry: 'SN',
    ...basic,
    hubUrl,
    sipRealm: realm,
    phoneServer: 'ws://127.0.0.1:1/phone',
    language: 'en-GB',
    welcome: '',
    musicUrl: '/music.mp3',
    recording: plan.recording,
    restUrl: `http://127.0.0.1:${String(restPort)}`,
    accountSid: 'acct0000-0000-0000-0000-000000000001',
    applicationSid: 'app00000-0000-0000-0000-000000000001',
    apiKey: 'api-key'
  }
  const floor = await runProgram<{ accountId: string; logins: Login[] }>(
    '../voice/seed.mjs',
    { ...env, BENCH_FLOOR: JSON.stringify({ ...plan, settings }) },
    'floor'
  )
  const profile = bench.profileDir
    ? ['--cpu-prof', `--cpu-prof-dir=${bench.profileDir}`, `--cpu-prof-name=voice-${name}.cpuprofile`]
    : []
  const hub = await startProgram('./hub.mjs', env, profile)
  const workers = startSilent('../../../workers/dist/main.js', env)
  const client = await mongoose.mongo.MongoClient.connect(url.replace('&monitorCommands=true', ''))
  const pool = openPool(port, 16)
  const agents: AgentClient[] = []
  const phones: Begin['phones'] = []
  await each(floor.logins, 8, async (login) => {
    const agent = await openAgent(port, pool, login)
    agents.push(agent)
    const { phone } = await asked<{ phone: { user: string; password: string } }>(pool, {
      method: 'GET',
      path: '/api/me/phone',
      headers: agent.headers
    })
    phones.push({ user: phone.user, password: phone.password })
  })
  const far = await openFarSide()
  await far.begin({
    appUrl: `${hubUrl.replace('http', 'ws')}/calls/${floor.accountId}#rc=5&rp=ct,5xx`,
    registrationHook: `${hubUrl}/calls/${floor.accountId}/registration`,
    restPort,
    user: basic.username,
    password: basic.password,
    music: `${hubUrl}/music.mp3`,
    phones,
    answerMs: plan.answerMs,
    talkMs: plan.talkMs
  })
  return {
    hub,
    far,
    db: client.db(),
    async close() {
      for (const agent of agents) agent.close()
      pool.close()
      await far.program.stop()
      await workers.stop()
      await hub.stop()
      await client.db().dropDatabase()
      await client.close()
    }
  }
}

/** The baseline, and a media server that knows no other. */
export async function openThinVoice(
  bench: Bench
): Promise<{ thin: Program; far: FarSide; close(): Promise<void> }> {
  const music = 'http://127.0.0.1/music.mp3'
  const thin = await startProgram('../voice/thin.mjs', {
    MONGODB_URL: freshUrl(bench, 'thin-voice'),
    BENCH_MUSIC: music
  })
  const far = await openFarSide()
  await far.begin({
    appUrl: `ws://127.0.0.1:${String(thin.port)}/calls#rc=5&rp=ct,5xx`,
    registrationHook: '',
    restPort: await sparePort(),
    user: basic.username,
    password: basic.password,
    music,
    phones: [],
    answerMs: 0,
    talkMs: 0
  })
  return {
    thin,
    far,
    async close() {
      await far.program.stop()
      await thin.stop()
    }
  }
}
