import { isFields, type Fields, type Frame, type WireEntry } from './frame.ts'
import { Jambonz } from './jambonz.ts'
import type { Caller } from './caller.ts'
import type { FarSide } from './directory.ts'
import type { Leg } from './leg.ts'
import { ScriptedApp, type Line } from './scripted-app.ts'

/** How long after the last expected frame a frame too many is waited for. */
const settling = 400

export interface Replayed {
  entries: WireEntry[]
  heard: string[]
}

/**
 * Plays one recorded scenario again with the simulator: the application acks and commands what it did then, and
 * callers, phones and operators do what the recording tells of them. Returns what the application saw and what everybody heard this time.
 */
export async function replay(recorded: WireEntry[]): Promise<Replayed> {
  const run = new Replay(recorded)
  return run.play()
}

class Replay {
  readonly #recorded: WireEntry[]
  readonly #timers: NodeJS.Timeout[] = []
  /** From recorded call sids to those of this run. */
  readonly #sids = new Map<string, string>()
  /** How many frames came on each path. */
  readonly #seen = new Map<string, number>()
  readonly #callers = new Map<string, Caller>()
  readonly #legs = new Map<string, Leg>()
  /** What waits for a frame; tells whether it came. */
  #anchored: (() => boolean | undefined)[] = []
  #app!: ScriptedApp
  #jambonz!: Jambonz

  constructor(recorded: WireEntry[]) {
    this.#recorded = recorded
  }

  async play(): Promise<Replayed> {
    this.#app = await ScriptedApp.start((frame, line) => this.#answer(frame, line))
    this.#app.onEntry = () => (this.#anchored = this.#anchored.filter((due) => !due()))
    const { url } = this.#app
    this.#jambonz = new Jambonz({ appUrl: url, user: 'u', password: 'p', speech: false, featureServers: 1 })
    const anybody: FarSide = { invite: (leg) => this.#ring(leg) }
    for (const to of this.#addresses()) this.#jambonz.directory.put(to, anybody)
    this.#recorded.forEach((entry, nth) => this.#plan(entry, nth))
    await this.#finish()
    for (const timer of this.#timers) clearTimeout(timer)
    const { entries } = this.#app
    await this.#jambonz.stop()
    await this.#app.stop()
    const legs = [...[...this.#callers.values()].map(({ leg }) => leg), ...this.#legs.values()]
    return { entries: [...entries], heard: legs.flatMap(({ heard }) => heard.all.map(({ what }) => what)) }
  }

  /** Waits for the last thing recorded and a little longer. */
  async #finish() {
    const expected = this.#recorded.filter(({ dir }) => dir !== 'app->jambonz').length
    const last = this.#recorded.at(-1)?.t ?? 0
    const until = performance.now() + last * 1000 + 5000
    const came = () => this.#app.entries.filter(({ dir }) => dir !== 'app->jambonz').length
    while (came() < expected && performance.now() < until) await sleep(20)
    await sleep(settling)
  }

  #plan({ t, dir, path, msg }: WireEntry, nth: number) {
    if (!isFields(msg)) return
    if (dir === 'app->jambonz' && msg['type'] === 'command')
      this.#after(nth, t, () => this.#command(path, msg))
    const next = this.#recorded.slice(nth + 1).find((entry) => entry.path === path)
    const first = isFields(next?.msg) ? next.msg : {}
    if (dir === 'connect' && first['type'] === 'session:new') this.#after(nth, t, () => this.#callIn(first))
    // The line broke half a second before it came back.
    if (dir === 'connect' && first['type'] === 'session:reconnect')
      this.#after(nth, t - 0.5, () => this.#app.line(path).socket.close(1012))
    if (dir === 'connect' && first['type'] === 'call:status' && !this.#wasCommanded(path))
      this.#after(nth, t, () => this.#createByRest(path, first['data'] as Fields))
    if (dir === 'jambonz->app' && msg['type'] === 'call:status') this.#planEnd(nth, t, msg['data'] as Fields)
  }

  /** Callers that hung up or abandoned, and called parties that hung up. */
  #planEnd(nth: number, t: number, data: Fields) {
    const sid = String(data['call_sid'])
    const status = data['call_status']
    const byFarSide = data['call_termination_by'] === 'caller' || 'headers' in data
    if (!byFarSide || (status !== 'completed' && status !== 'no-answer')) return
    this.#after(nth, t, () => (this.#callers.get(sid) ?? this.#legs.get(sid))?.hangUp())
  }

  #callIn(frame: Fields) {
    const data = frame['data'] as Fields
    const caller = this.#jambonz.call({ from: String(data['from']), to: String(data['to']) })
    this.#callers.set(String(data['call_sid']), caller)
    this.#sids.set(String(data['call_sid']), caller.callSid)
  }

  #createByRest(path: string, data: Fields) {
    const to = String(data['to'])
    const address = to.includes('@') ? { type: 'user', name: to } : { type: 'phone', number: to }
    const tag = this.#now(data['customerData'])
    this.#jambonz.create({ from: data['from'], to: address, call_hook: path, tag })
  }

  #command(path: string, message: Fields) {
    const { command, data, callSid } = this.#now(message) as Fields
    this.#app.line(path).command(String(command), data, callSid === undefined ? {} : { callSid })
  }

  /** Acks as it was acked then: the same frame of the same path, at once or never. */
  #answer(frame: Frame, line: Line) {
    const then = this.#framesOn(line.path)[this.#countOf(line.path)]
    const recorded = isFields(then?.msg) ? then.msg : {}
    this.#learn(recorded['data'], frame.data)
    this.#seen.set(line.path, this.#countOf(line.path) + 1)
    const ack = this.#ackOf(recorded['msgid'])
    if (ack) line.ack(frame, this.#now(ack['data']))
    const digits = this.#digitsAfter(then)
    if (digits) this.#timers.push(setTimeout(() => this.#press(frame, digits.keys), digits.after * 1000))
  }

  /** Requests of a path, which are what a script is asked about. */
  #framesOn(path: string) {
    return this.#recorded.filter(
      ({ dir, path: on, msg }) =>
        dir === 'jambonz->app' &&
        on === path &&
        isFields(msg) &&
        msg['type'] !== 'call:status' &&
        msg['type'] !== 'jambonz:error'
    )
  }

  #countOf(path: string) {
    return this.#seen.get(path) ?? 0
  }

  #ackOf(msgid: unknown): Fields | undefined {
    const found = this.#recorded.find(
      ({ dir, msg }) =>
        dir === 'app->jambonz' && isFields(msg) && msg['type'] === 'ack' && msg['msgid'] === msgid
    )
    return found && isFields(found.msg) ? found.msg : undefined
  }

  /** A confirmation that was answered with keys: which, and how long after. */
  #digitsAfter(entry?: WireEntry): { keys: string; after: number } | undefined {
    if (!entry || !isFields(entry.msg) || entry.msg['type'] !== 'dial:confirm') return undefined
    const { call_sid } = entry.msg['data'] as Fields
    for (const { t, msg } of this.#recorded) {
      const data = isFields(msg) && isFields(msg['data']) ? msg['data'] : {}
      if (data['call_sid'] === call_sid && typeof data['digits'] === 'string')
        return { keys: data['digits'], after: t - entry.t }
    }
    return undefined
  }

  #press(frame: Frame, keys: string) {
    const { call_sid } = frame.data as Fields
    const recorded = [...this.#sids].find(([, sid]) => sid === call_sid)?.[0]
    this.#legs.get(recorded ?? '')?.press(keys)
  }

  /** The called party does what it did, as long after the first ring as then. */
  #ring(leg: Leg) {
    leg.ring()
    const sid = this.#sidOf(leg)
    if (sid === undefined) return
    this.#legs.set(sid, leg)
    this.#sids.set(sid, leg.info.callSid)
    const rang = this.#statusesOf(sid).find(({ status }) => status === 'ringing')
    const then = this.#statusesOf(sid).find(({ status }) => status !== 'ringing' && status !== 'trying')
    if (!rang || !then || then.sipStatus === 487) return
    const after = (then.t - rang.t) * 1000
    const does = () => (then.sipStatus === 200 ? leg.accept() : leg.reject(then.sipStatus, then.reason))
    this.#timers.push(setTimeout(does, after))
  }

  /** The first recorded leg to this address that nobody has been yet. */
  #sidOf(leg: Leg): string | undefined {
    for (const { msg } of this.#recorded) {
      if (!isFields(msg) || msg['type'] !== 'call:status') continue
      const data = msg['data'] as Fields
      const sid = String(data['call_sid'])
      if (data['to'] === leg.info.to && data['direction'] === 'outbound' && !this.#legs.has(sid)) return sid
    }
    return undefined
  }

  #statusesOf(sid: string) {
    return this.#recorded.flatMap(({ t, msg }) => {
      if (!isFields(msg) || msg['type'] !== 'call:status') return []
      const data = msg['data'] as Fields
      if (data['call_sid'] !== sid) return []
      const { call_status: status, sip_status, sip_reason } = data
      return [{ t, status, sipStatus: Number(sip_status), reason: String(sip_reason) }]
    })
  }

  #addresses(): string[] {
    return this.#recorded.flatMap(({ msg }) => {
      const data = isFields(msg) && msg['type'] === 'call:status' ? (msg['data'] as Fields) : {}
      return data['direction'] === 'outbound' ? [String(data['to'])] : []
    })
  }

  #wasCommanded(path: string): boolean {
    return this.#recorded.some(
      ({ msg }) =>
        isFields(msg) &&
        msg['command'] === 'dial' &&
        isFields(msg['data']) &&
        msg['data']['call_hook'] === path
    )
  }

  #learn(then: unknown, now: unknown) {
    if (!isFields(then) || !isFields(now)) return
    if (typeof then['call_sid'] === 'string') this.#sids.set(then['call_sid'], String(now['call_sid']))
  }

  /** A recorded value with the ids and the port of this run. */
  #now(value: unknown): unknown {
    if (value === undefined) return undefined
    let text = JSON.stringify(value).replaceAll('127.0.0.1:35025', `127.0.0.1:${this.#app.port}`)
    for (const [then, now] of this.#sids) text = text.replaceAll(then, now)
    return JSON.parse(text)
  }

  /** Acts as long after the frame before it as then, so that a slow machine changes no order. */
  #after(nth: number, t: number, act: () => void) {
    const before = this.#recorded.slice(0, nth).filter(({ dir }) => dir !== 'app->jambonz')
    const anchor = before.findLast((entry) => entry.t <= t)
    if (!anchor) return act()
    const count = before.filter((entry) => entry.path === anchor.path && entry.t <= t).length
    const wait = () => this.#timers.push(setTimeout(act, (t - anchor.t) * 1000))
    const came = () => this.#cameOn(anchor.path) >= count
    if (came()) wait()
    else this.#anchored.push(() => came() && (wait(), true))
  }

  #cameOn(path: string) {
    return this.#app.entries.filter((entry) => entry.path === path && entry.dir !== 'app->jambonz').length
  }
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
