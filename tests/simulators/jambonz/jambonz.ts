import { AppSocket } from './application/socket.ts'
import type { Requestor } from './application/requestor.ts'
import { Webhook } from './application/webhook.ts'
import { Ticker } from './audio/ticker.ts'
import { CallInfo } from './call-info.ts'
import { Caller } from './caller.ts'
import { Directory } from './directory.ts'
import { FeatureServer } from './feature-server.ts'
import { isFields, type Fields, type FrameType, type Verb } from './frame.ts'
import { Leg } from './leg.ts'
import { OutsideNumber, type Behaviour } from './number.ts'
import { resolveOptions, type JambonzOptions, type Media, type Options } from './options.ts'
import { Phone } from './phone.ts'
import type { Platform } from './platform.ts'
import { Registrar } from './registrar.ts'
import { startRest, type Rest } from './rest/server.ts'
import { Queues } from './rooms/queue.ts'
import { Rooms } from './rooms/room.ts'
import { Session } from './session.ts'
import { timing } from './timing.ts'
import { detect } from './verbs/amd.ts'
import { Wire } from './wire.ts'

interface IncomingCall {
  from: string
  to: string
  name?: string
  headers?: Record<string, string>
  on?: FeatureServer
  /** Another hook than the application's. */
  hook?: string
}

/** jambonz open source 0.9.8 as an application sees it: calls, phones, numbers and audio, without SIP. */
export class Jambonz implements Platform {
  readonly options: Options
  readonly wire = new Wire()
  readonly ticker = new Ticker()
  readonly directory = new Directory()
  readonly rooms: Rooms
  readonly queues: Queues
  readonly registrar: Registrar
  readonly featureServers: readonly FeatureServer[]
  readonly messages: Fields[] = []
  /** By call sid; a call that moved has its newest session here. */
  readonly sessions = new Map<string, Session>()
  #rest?: Rest
  #turn = 0

  constructor(options: JambonzOptions) {
    this.options = resolveOptions(options)
    const { accountSid, registrationHook, queueEventHook, realm, featureServers } = this.options
    this.rooms = new Rooms(accountSid)
    const events = queueEventHook === undefined ? undefined : this.#webhook(queueEventHook)
    this.queues = new Queues(accountSid, (event, leg) =>
      this.#tellQueue(events, { ...event, ...leg.info.toJson() })
    )
    const hook = registrationHook === undefined ? undefined : this.#webhook(registrationHook)
    this.registrar = new Registrar(this.directory, realm, hook)
    this.featureServers = Array.from({ length: featureServers }, (_, n) => new FeatureServer(n + 1))
  }

  /** Opens the REST API; calls need no start. */
  async start() {
    this.#rest = await startRest(this)
  }

  /** Ends everything without a word to the application but closed sockets. */
  async stop() {
    for (const { leg, requestor } of this.sessions.values()) {
      leg.report = undefined
      requestor.close(1000, true)
      leg.hangUp()
    }
    this.registrar.stop()
    this.ticker.stop()
    await this.#rest?.close()
  }

  get restUrl(): string {
    if (!this.#rest) throw new Error('The REST API is open after start()')
    return this.#rest.url
  }

  /** Somebody calls in: `name` is the caller's display name, `headers` go with the INVITE, `on` picks the server. */
  call({ from, to, name, headers, hook, on: server = this.#nextServer() }: IncomingCall): Caller {
    const info = new CallInfo({
      kind: 'inbound',
      from,
      to,
      account: this.#account(),
      serverAddress: server.address,
      ...(name !== undefined && { name }),
      ...(headers && { headers })
    })
    const leg = new Leg(info)
    const session = this.#open(leg, server, this.#line(this.#hookUrl(hook), this.#auth(), info.callSid))
    void session.begin()
    return new Caller(leg, this.ticker, () => this.sessions.get(info.callSid) ?? session)
  }

  /** An agent's phone; it can be reached while registered. */
  phone(user: string, password = 'secret'): Phone {
    const headers = { 'X-Authenticated-User': `${user}@${this.options.realm}` }
    return new Phone(user, password, this.registrar, this.ticker, (call) => this.call({ ...call, headers }))
  }

  /** A phone that can be reached without asking the application's registration hook. */
  knownPhone(user: string): Phone {
    const phone = this.phone(user)
    this.directory.put(`${user}@${this.options.realm}`, phone)
    return phone
  }

  /** Whoever answers at a number or SIP URI. */
  number(number: string, behaviour: Behaviour = {}): OutsideNumber {
    const outside = new OutsideNumber(behaviour, this.ticker)
    this.directory.put(number, outside)
    return outside
  }

  /** A feature server dies: its calls are dead, their lines to the application break, and nothing is told of them. */
  crash(server: FeatureServer) {
    server.draining = true
    for (const { leg, requestor, server: on } of this.sessions.values()) {
      if (on !== server) continue
      if (requestor instanceof AppSocket) requestor.vanish()
      leg.vanish()
    }
  }

  loseNextAck(type?: FrameType) {
    this.wire.loseNextAck(type)
  }

  media(url: string): Media {
    const milliseconds = /^silence_stream:\/\/(\d+)/.exec(url)?.[1]
    if (milliseconds !== undefined) return { seconds: Number(milliseconds) / 1000 }
    return this.options.media[url] ?? { seconds: 1.5 }
  }

  create(body: Fields, server = this.#nextServer(), base = new URL(this.options.appUrl)): Leg | undefined {
    const { from, to, call_hook, application_sid, tag, timeout, timeLimit, headers, amd } = body
    const address = isFields(to) ? addressOf(to, this.options.realm) : undefined
    if (typeof from !== 'string' || !address || (call_hook === undefined && application_sid === undefined))
      return undefined
    const info = new CallInfo({
      kind: 'created',
      from,
      to: address.to,
      account: this.#account(),
      serverAddress: server.address,
      ...(isFields(tag) && { customerData: { ...tag } })
    })
    const leg = new Leg(info, {
      routing: address.routing,
      headers: isFields(headers) ? (headers as Record<string, string>) : {}
    })
    const line =
      call_hook === undefined
        ? this.#line(new URL(this.options.appUrl), this.#auth())
        : this.#hookLine(call_hook, base)
    const session = this.#open(leg, server, line)
    this.#reportElsewhere(leg, body['call_status_hook'])
    const limits = [
      setTimeout(() => leg.cancel(), Number(timeout ?? 60) * 1000),
      ...(timeLimit === undefined ? [] : [setTimeout(() => leg.bye(), Number(timeLimit) * 1000)])
    ]
    leg.once('answered', () => {
      if (line instanceof AppSocket) line.callSid = info.callSid
      if (isFields(amd)) detect(session, leg, amd, (verbs) => session.redirect(verbs))
      void session.begin()
    })
    leg.once('ended', () => {
      for (const limit of limits) clearTimeout(limit)
      if (leg.answeredAt === undefined) setTimeout(() => line.close(1000), timing.afterFailure).unref()
    })
    setTimeout(() => {
      leg.invite()
      this.directory.invite(leg)
    }, timing.invite)
    return leg
  }

  adult(leg: Leg, server: FeatureServer, base: URL, parent: Fields, verbs: Verb[]) {
    const url = new URL(base)
    url.pathname += '/adulting'
    const session = this.#open(leg, server, this.#line(url, this.#auth()))
    const data = { ...leg.info.toJson(), parent_call_info: parent }
    // Its ack is awaited by nobody, and verbs in it are ignored.
    session.requestor.request({ type: 'session:adulting', data }).catch(() => undefined)
    void session.run(verbs)
  }

  /** The new server's first frames: two statuses, no session:new, no call_sid at the top. */
  #move(leg: Leg, server: FeatureServer, verbs: Verb[]) {
    const { info } = leg
    info.serverAddress = server.address
    const session = this.#open(leg, server, this.#line(new URL(this.options.appUrl), this.#auth()))
    Object.assign(info, { status: 'trying', sipStatus: 100, sipReason: 'Trying' })
    leg.report?.()
    Object.assign(info, { status: 'in-progress', sipStatus: 200, sipReason: 'OK' })
    leg.report?.()
    void session.run(verbs)
  }

  #open(leg: Leg, server: FeatureServer, requestor: Requestor): Session {
    const session = new Session(this, server, leg, requestor, (to, verbs) => this.#move(leg, to, verbs))
    this.sessions.set(leg.info.callSid, session)
    leg.once('ended', () =>
      setTimeout(() => this.sessions.delete(leg.info.callSid), timing.afterFailure).unref()
    )
    return session
  }

  #line(url: URL, auth?: { username: string; password: string }, callSid?: string): Requestor {
    if (url.protocol === 'ws:' || url.protocol === 'wss:')
      return new AppSocket(url, this.wire, {
        ...(auth && { auth }),
        ...(callSid !== undefined && { callSid })
      })
    const { webhookSecret: secret, callStatusHook } = this.options
    const statusUrl = callStatusHook === undefined ? undefined : new URL(callStatusHook, url)
    return new Webhook(url, this.wire, { secret, ...(auth && { auth }), ...(statusUrl && { statusUrl }) })
  }

  /** A hook of a created call carries its own credentials or none; those of the application are not used. */
  #hookLine(hook: unknown, base: URL): Requestor {
    const { url, username, password } = isFields(hook) ? hook : { url: hook }
    const auth =
      username === undefined ? undefined : { username: String(username), password: String(password) }
    return this.#line(new URL(String(url), base), auth)
  }

  #reportElsewhere(leg: Leg, hook: unknown) {
    const url = isFields(hook) ? hook['url'] : hook
    if (typeof url !== 'string' || !/^https?:/.test(url)) return
    const webhook = new Webhook(new URL(url), this.wire, {
      secret: this.options.webhookSecret,
      statusUrl: new URL(url)
    })
    leg.report = () => webhook.alert('call:status', leg.info.toJson())
  }

  #tellQueue(events: Webhook | undefined, data: Fields) {
    events
      ?.post(events.base, data)
      .catch((error: unknown) => this.wire.log('close', events.base.pathname, { error: String(error) }))
  }

  #webhook(url: string): Webhook {
    return new Webhook(new URL(url), this.wire, { secret: this.options.webhookSecret, auth: this.#auth() })
  }

  /** A hook of its own has its own retry policy; the application's stands behind the # of its URL. */
  #hookUrl(hook?: string): URL {
    return hook === undefined ? new URL(this.options.appUrl) : new URL(hook, this.options.appUrl)
  }

  #auth() {
    return { username: this.options.user, password: this.options.password }
  }

  #account() {
    const { accountSid, applicationSid } = this.options
    return { accountSid, applicationSid, serviceProviderSid: 'sp-1' }
  }

  #nextServer(): FeatureServer {
    const taking = this.featureServers.filter(({ draining }) => !draining)
    const server = taking[this.#turn++ % taking.length]
    if (!server) throw new Error('All feature servers are draining')
    return server
  }
}

function addressOf(to: Fields, realm: string): { to: string; routing: Leg['routing'] } | undefined {
  const { type, name, number, sipUri } = to
  if (type === 'user' && typeof name === 'string')
    return { to: name.includes('@') ? name : `${name}@${realm}`, routing: 'user' }
  if (type === 'phone' && typeof number === 'string') return { to: number, routing: 'phone' }
  if (type === 'sip' && typeof sipUri === 'string') return { to: sipUri, routing: 'sip' }
  return undefined
}
