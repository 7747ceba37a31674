/**
 * The media server, its callers and the agents' phones, in a process of their own. Told over HTTP what to do (orders.ts):
 * POST /begin, /run, /hold, /finish and /streams.
 */
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { AudioPort } from '../../simulators/jambonz/audio/port.ts'
import { AudioStream } from '../../simulators/jambonz/audio/stream.ts'
import { Ticker } from '../../simulators/jambonz/audio/ticker.ts'
import { tone } from '../../simulators/jambonz/audio/tone.ts'
import type { Caller } from '../../simulators/jambonz/caller.ts'
import { Jambonz } from '../../simulators/jambonz/jambonz.ts'
import type { Phone } from '../../simulators/jambonz/phone.ts'
import { realm, type Begin, type Load, type Told } from './orders.ts'

const ackLimitMs = 5000
const menuMs = 700
const looksEveryMs = 100

let jambonz: Jambonz
let order: Begin
let callers: { caller: Caller; isOver: boolean }[] = []
let hums = false
let number = 0
const sent = new Map<string, { at: number; of: 'acks' | 'arrivals' | 'bridges' }>()
let told = blank()

function blank(): Told {
  return {
    acks: [],
    arrivals: [],
    bridges: [],
    unanswered: 0,
    calls: 0,
    served: 0,
    most: 0,
    lost: 0,
    why: []
  }
}

const asked = new Set(['session:new', 'session:reconnect', 'verb:hook'])

/** Measures what the wire would keep. */
function meter(dir: string, _path: string, msg: unknown) {
  if (typeof msg !== 'object' || msg === null || !('msgid' in msg) || !('type' in msg)) return
  const { type, msgid } = msg as { type: string; msgid: string }
  if (dir === 'jambonz->app' && asked.has(type)) {
    const isCalled = (msg as unknown as { data?: { direction?: string } }).data?.direction === 'outbound'
    sent.set(msgid, {
      at: performance.now(),
      of: type === 'session:new' ? (isCalled ? 'bridges' : 'arrivals') : 'acks'
    })
  } else if (dir === 'app->jambonz' && type === 'ack') {
    const one = sent.get(msgid)
    if (!one) return
    sent.delete(msgid)
    const ms = performance.now() - one.at
    told.acks.push(ms)
    if (one.of !== 'acks') told[one.of].push(ms)
  }
}

async function begin(given: Begin) {
  order = given
  const { registrationHook, ...options } = given
  jambonz = new Jambonz({
    ...options,
    ...(registrationHook && { registrationHook }),
    realm,
    media: { [given.music]: { seconds: 10, tone: 330 } }
  })
  jambonz.wire.log = meter
  await jambonz.start()
  for (const { user, password } of given.phones) {
    const phone = jambonz.phone(user, password)
    const answer = await phone.register()
    if (!answer.ok) throw new Error(`${user} was not let in: ${answer.reason}`)
    void attend(phone)
  }
}

const about = (ms: number) => sleep(ms * (0.5 + Math.random()))

/** An agent who answers whatever rings, talks and hangs up. */
async function attend(phone: Phone) {
  for (;;) {
    const call = await phone.rings()
    await about(order.answerMs)
    call.leg.accept()
    if (hums) call.hum(620)
    await about(order.talkMs)
    call.hangUp()
  }
}

function ring(key: string | null) {
  told.calls++
  const caller = jambonz.call({ from: `+2217${String(10_000_000 + ++number)}`, to: '+221338000000' })
  const one = { caller, isOver: false }
  callers.push(one)
  if (hums) caller.hum(440)
  if (key !== null)
    caller
      .until(({ heard }) => heard.length > 1, 30_000)
      .then(() => sleep(menuMs))
      .then(() => caller.press(key))
      .catch((error: unknown) => told.why.push(`no menu: ${String(error).slice(0, 200)}`))
}

const inRoom = ({ heard }: Caller) => heard.some(({ kind }) => kind === 'room')

/** Counts who has gone: served by an agent, or lost. */
function look() {
  const now = performance.now()
  for (const [msgid, { at }] of sent)
    if (now - at > ackLimitMs) {
      sent.delete(msgid)
      told.unanswered++
    }
  for (const one of callers) {
    if (one.isOver || one.caller.state !== 'ended') continue
    one.isOver = true
    if (inRoom(one.caller)) told.served++
    else lose('ended', one.caller)
  }
  callers = callers.filter(({ isOver }) => !isOver)
  told.most = Math.max(told.most, callers.length)
}

function lose(what: string, { heard, sipStatus }: Caller) {
  told.lost++
  if (told.why.length < 10)
    told.why.push(`${what} with ${String(sipStatus)} after ${JSON.stringify(heard.slice(-3))}`)
}

async function run({ perSecond, atOnce, holdSeconds, key, hums: isLoud }: Load) {
  hums = isLoud
  const start = performance.now()
  let due = 0
  let until = Infinity
  while (performance.now() < until) {
    look()
    due = Math.max(due, ((performance.now() - start) * perSecond) / 1000)
    for (; told.calls < due && callers.length < atOnce;) ring(key)
    // Whoever is not called for because the line is full is not owed later.
    if (callers.length >= atOnce) {
      due = told.calls
      if (until === Infinity) until = performance.now() + holdSeconds * 1000
    }
    await sleep(looksEveryMs)
  }
}

/** Nobody who is left may be in silence; then everybody hangs up. */
async function finish(): Promise<Told> {
  look()
  for (const { caller } of callers) if (caller.heard.at(-1)?.kind === 'silence') lose('silence', caller)
  for (const one of callers) {
    one.isOver = true
    one.caller.hangUp()
  }
  callers = []
  await sleep(3000)
  look()
  const result = told
  told = blank()
  return result
}

/** Sound alone, of so many calls. */
async function streams({ url, count, seconds }: { url: string; count: number; seconds: number }) {
  const ticker = new Ticker()
  const port = new AudioPort()
  port.speak(tone(440))
  const all = Array.from(
    { length: count },
    () =>
      new AudioStream(port, ticker, {
        url,
        protocol: 'audio.drachtio.org',
        mixType: 'stereo',
        sampleRate: 8000,
        metadata: {}
      })
  )
  await sleep(seconds * 1000)
  for (const stream of all) stream.stop()
  ticker.stop()
}

const acts: Record<string, (body: never) => Promise<unknown>> = {
  '/begin': begin,
  '/run': run,
  '/hold': ({ seconds }: { seconds: number }) => sleep(seconds * 1000),
  '/finish': finish,
  '/streams': streams
}
const server = createServer((request, reply) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const act = acts[request.url ?? '']
    Promise.resolve(act?.(JSON.parse(Buffer.concat(chunks).toString() || '{}') as never)).then(
      (answer) => reply.end(JSON.stringify(answer ?? null)),
      (error: unknown) => reply.writeHead(500).end(String(error))
    )
  })
})
server.requestTimeout = 0
server.listen(0, '127.0.0.1', () => {
  process.send?.({ ready: { port: (server.address() as { port: number }).port } })
})
process.on('message', (word) => {
  if (word === 'stop') process.exit(0)
  const { user, system } = process.cpuUsage()
  process.send?.({ usage: { cpuMs: (user + system) / 1000, rssMb: 0, heapMb: 0, commands: {} } })
})
process.on('disconnect', () => process.exit(0))
