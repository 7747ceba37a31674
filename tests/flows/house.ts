import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { readEnv } from '@palabre/config/env'
import type { EventName, EventPayload } from '@palabre/config/contract/event'
import type { Interaction } from '@palabre/config/contract/interaction'
import type { VisitorServerFrame } from '@palabre/config/contract/visitor'
import { buildApp, type App } from '@palabre/hub/app'
import { connectHub, makeLog, type ConnectedHub } from '@palabre/hub/connect'
import { seedDemo } from '@palabre/hub/demo/seed'
import { startRouter } from '@palabre/hub/routing/router'
import { runJobs } from '@palabre/workers/jobs/run'
import { engines } from '../engines.ts'

export const demoPassword = 'sous-l-arbre-2026'

/** A whole product in this process, on the run's shared servers, with the demo's bank in a database of its own. */
export interface House {
  hub: ConnectedHub
  app: App
  url: string
  stop(): Promise<void>
}

/** `env` gives variables beside those that make the house private: a public address, an SMTP port. */
export async function openHouse({
  jobs = true,
  seed = true,
  env: given = {} as Record<string, string>
} = {}): Promise<House> {
  const { mongodbUrl, redisUrl, redisPrefix } = engines()
  const dataDir = mkdtempSync(join(tmpdir(), 'palabre-house-'))
  const env = {
    ...readEnv({
      LOG_LEVEL: process.env['TEST_LOG'] ?? 'silent',
      DATA_DIR: dataDir,
      REDIS_PREFIX: redisPrefix,
      ...given
    }),
    MONGODB_URL: mongodbUrl,
    REDIS_URL: redisUrl
  }
  const hub = await connectHub(env, makeLog(env, 'test'))
  if (seed) await seedDemo(hub)
  const router = await startRouter(hub)
  const app = await buildApp(hub, { rateLimits: false })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const work = jobs ? runJobs(hub) : null
  return {
    hub,
    app,
    url: app.listeningOrigin.replace('localhost', '127.0.0.1'),
    async stop() {
      await work?.stop()
      await router.stop()
      await app.close()
      await hub.close()
      rmSync(dataDir, { recursive: true, force: true })
    }
  }
}

export interface Answer {
  status: number
  // Tests look into many shapes of answer; each one asserts what it needs.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- see above
  body: any
  headers: Headers
}

/** Waits until `look` gives something, at most `ms`; a time-out fails the test with what was waited for. */
export async function eventually<T>(
  what: string,
  look: () => T | Promise<T>,
  ms = 8000
): Promise<NonNullable<T>> {
  const until = Date.now() + ms
  for (;;) {
    const seen = await look()
    if (seen !== undefined && seen !== null && seen !== false) return seen as NonNullable<T>
    if (Date.now() > until) throw new Error(`waited in vain for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

type Heard = {
  [N in EventName]: { type: 'event'; seq: string | null; name: N; payload: EventPayload<N> }
}[EventName]

/** Somebody signed in, with a REST client and, on demand, a socket. */
export class Person {
  readonly url: string
  headers: Record<string, string> = {}
  me: Answer['body'] = null
  heard: Heard[] = []
  frames: { type: string; seq?: string | null; topics?: string[] }[] = []
  socket: WebSocket | null = null

  constructor(url: string) {
    this.url = url
  }

  static async signIn(url: string, email: string, password = demoPassword): Promise<Person> {
    const person = new Person(url)
    const { status, body, headers } = await person.send('POST', '/api/session', {
      email: email.includes('@') ? email : `${email}@palabre.example`,
      password
    })
    if (status !== 200) throw new Error(`sign-in failed: ${JSON.stringify(body)}`)
    person.me = body
    person.headers = {
      cookie: headers.get('set-cookie')?.split(';')[0] ?? '',
      'x-csrf-token': (body as { csrf: string }).csrf
    }
    return person
  }

  async send(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {}
  ): Promise<Answer> {
    const raw = typeof body === 'string' || body instanceof FormData
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...(body !== undefined && !raw && { 'content-type': 'application/json' }),
        ...this.headers,
        ...headers
      },
      ...(body !== undefined && { body: raw ? body : JSON.stringify(body) })
    })
    const text = await response.text()
    let parsed: unknown = text
    try {
      parsed = JSON.parse(text)
    } catch {
      // Files and pages are no JSON; the text is the answer.
    }
    return { status: response.status, body: parsed, headers: response.headers }
  }

  get = (path: string) => this.send('GET', path)
  post = (path: string, body: unknown = {}) => this.send('POST', path, body)

  ready = () => this.send('PUT', '/api/me/presence', { state: 'ready' })

  /** Ready with the app open: whoever has no socket is taken for gone after half a minute. */
  async atDesk(): Promise<void> {
    if (!this.socket) await this.listen()
    await this.ready()
  }

  /** Opens the socket; `since` resumes. */
  async listen(since?: string, topics: string[] = []): Promise<void> {
    const socket = new WebSocket(this.url.replace('http', 'ws') + '/api/live', { headers: this.headers })
    this.socket = socket
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as Heard
      if (frame.type === 'event') this.heard.push(frame)
      else this.frames.push(frame)
    })
    await new Promise((resolve, reject) => {
      socket.once('open', resolve)
      socket.once('error', reject)
    })
    socket.send(JSON.stringify({ type: 'hello', ...(since && { since }), topics }))
    await eventually('ready', () =>
      this.frames.find((frame) => frame.type === 'ready' || frame.type === 'resync')
    )
  }

  /** The first offer to this person that is on the screen now. */
  offer = (text?: string): Promise<Interaction> =>
    eventually('an offer', async () => {
      const { body } = await this.get('/api/inbox')
      return (body as { items: Interaction[] }).items.find(
        (item) => item.state === 'offered' && (text === undefined || item.preview.includes(text))
      )
    })

  async accept(interaction: Interaction): Promise<Interaction> {
    const { status, body } = await this.post(`/api/interactions/${interaction.id}/accept`, {
      offerId: interaction.offer?.id
    })
    if (status !== 200) throw new Error(`accept failed: ${JSON.stringify(body)}`)
    return body as Interaction
  }

  /** Ends an interaction for good, with a disposition that needs no note. */
  async close(id: string): Promise<void> {
    const { body } = await this.get('/api/dispositions')
    const { items } = body as { items: { id: string; noteRequired: boolean }[] }
    const answer = await this.post(`/api/interactions/${id}/close`, {
      dispositionId: items.find((one) => !one.noteRequired)?.id
    })
    if (answer.status !== 200) throw new Error(`close failed: ${JSON.stringify(answer.body)}`)
  }

  saw = (id: string, state: string) =>
    eventually(`${state} of ${id}`, () =>
      this.heard.find(
        (event) =>
          event.name === 'interaction.changed' &&
          event.payload.interaction.id === id &&
          event.payload.interaction.state === state
      )
    )

  leave() {
    this.socket?.close()
  }
}

let clientIds = 0
export const clientId = () => `test-${String(process.pid)}-${String(++clientIds).padStart(6, '0')}`

/** A customer with the chat's protocol. */
export class Visitor {
  frames: VisitorServerFrame[] = []
  token = ''
  readonly url: string
  readonly accountId: string
  socket: WebSocket | null = null

  constructor(url: string, accountId: string) {
    this.url = url
    this.accountId = accountId
  }

  async open(body: Record<string, unknown> = {}): Promise<Answer['body']> {
    const response = await fetch(`${this.url}/api/visitor/${this.accountId}/open`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: this.url },
      body: JSON.stringify({ ...(this.token && { token: this.token }), ...body })
    })
    const answer = (await response.json()) as Answer['body']
    if (response.ok) this.token = answer.token as string
    return answer
  }

  async connect(): Promise<this> {
    if (!this.token) await this.open()
    const socket = new WebSocket(`${this.url.replace('http', 'ws')}/api/visitor/${this.accountId}/live`, {
      origin: this.url
    })
    this.socket = socket
    socket.on('message', (data: Buffer) =>
      this.frames.push(JSON.parse(data.toString()) as VisitorServerFrame)
    )
    await new Promise((resolve, reject) => {
      socket.once('open', resolve)
      socket.once('error', reject)
    })
    const before = this.frames.length
    this.write({ type: 'hello', token: this.token })
    const first = await eventually('ready', () =>
      this.frames.slice(before).find(({ type }) => type === 'ready' || type === 'refused')
    )
    if (first.type === 'refused') throw new Error(first.error)
    return this
  }

  write(frame: unknown) {
    this.socket?.send(JSON.stringify(frame))
  }

  /** Says something and waits until it is stored. */
  async say(text: string, id = clientId(), more: Record<string, unknown> = {}) {
    const before = this.frames.length
    this.write({ type: 'say', clientId: id, text, ...more })
    return eventually(`said ${text}`, () =>
      this.frames
        .slice(before)
        .find((frame) => (frame.type === 'said' || frame.type === 'refused') && frame.clientId === id)
    )
  }

  saw = <T extends VisitorServerFrame['type']>(
    type: T,
    fits: (frame: Extract<VisitorServerFrame, { type: T }>) => boolean = () => true
  ) =>
    eventually(`visitor frame ${type}`, () =>
      this.frames.find(
        (frame): frame is Extract<VisitorServerFrame, { type: T }> =>
          frame.type === type && fits(frame as Extract<VisitorServerFrame, { type: T }>)
      )
    )

  leave() {
    this.socket?.close()
  }
}

/** A port for the SMTP listener whose next one is free as well, for the demo's mailbox. */
export async function spareSmtpPort(): Promise<number> {
  for (;;) {
    const servers = [createServer(), createServer()]
    const listen = (server: Server, port: number) =>
      new Promise<number>((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
      })
    try {
      const port = await listen(servers[0]!, 0)
      await listen(servers[1]!, port + 1)
      return port
    } catch {
      continue
    } finally {
      for (const server of servers) server.close()
    }
  }
}

/** The demo's chat account. */
export async function chatAccount(url: string): Promise<string> {
  const admin = await Person.signIn(url, 'admin')
  const { body } = await admin.get('/api/accounts')
  return (
    (body as { items: { id: string; channel: string }[] }).items.find(({ channel }) => channel === 'chat')
      ?.id ?? ''
  )
}
