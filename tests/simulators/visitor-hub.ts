import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { chat } from '@palabre/channels/chat/index'
import { chatAccount } from '@palabre/channels/chat/fixtures/account'
import type { ChatSettings } from '@palabre/channels/chat/settings'
import { refusals, type RefusalName } from '@palabre/config/contract/errors'
import {
  leaveOfflineMessage,
  openVisit,
  requestTranscript,
  type VisitorState
} from '@palabre/config/contract/visitor'
import { Value } from 'typebox/value'
import { WebSocketServer } from 'ws'
import { StandInVisit } from './stand-in-visit.ts'

const { admits, identify, appearance, assets } = chat.visitor!

const types: Record<string, string> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  svg: 'image/svg+xml'
}

class Refused extends Error {
  readonly error: RefusalName
  constructor(error: RefusalName) {
    super(refusals[error][1])
    this.error = error
  }
}

/**
 * Stands in for the hub's visitor side: speaks the contract, and does on command what a real one does on a bad day. Every
 * request and frame that the contract does not know lands in `violations`.
 */
export class VisitorHub {
  readonly account: ReturnType<typeof chatAccount>
  readonly violations: string[] = []
  readonly visits: StandInVisit[] = []
  readonly offline: unknown[] = []
  readonly transcripts: unknown[] = []
  /** Milliseconds before anything is answered. */
  delay = 0
  /** Takes what comes and answers nothing. */
  isSilent = false
  /** State of a visitor who has not written yet. */
  first: Partial<VisitorState> = {}
  #refusing = new Map<string, RefusalName[]>()
  readonly #server = createServer((request, response) => void this.#serve(request, response))
  readonly #sockets = new WebSocketServer({ noServer: true })
  readonly #connections = new Set<Socket>()
  #port = 0

  constructor(settings: Partial<ChatSettings> = {}) {
    this.account = chatAccount(settings)
    this.#server.on('connection', (connection) => {
      this.#connections.add(connection)
      connection.on('close', () => this.#connections.delete(connection))
    })
    this.#server.on('upgrade', (request, connection, head) => {
      const isLive = request.url === `/api/visitor/${this.account.id}/live`
      if (!isLive || !this.#admits(request)) return void connection.destroy()
      this.#sockets.handleUpgrade(request, connection, head, (socket) => {
        socket.once('message', (data) => {
          const hello = JSON.parse(String(data)) as { type?: string; token?: string }
          const visit = this.#visitOf(hello.token)
          if (hello.type !== 'hello') this.violations.push(`first frame: ${String(data)}`)
          if (visit && !this.isSilent) return visit.attend(socket)
          if (this.isSilent) return
          socket.send(
            JSON.stringify({ type: 'refused', clientId: null, error: 'visitor-rejected', message: '' })
          )
          socket.close(1008)
        })
      })
    })
  }

  get origin(): string {
    return `http://localhost:${this.#port}`
  }

  /** The visitor who came last. */
  get visit(): StandInVisit {
    const visit = this.visits.at(-1)
    if (!visit) throw new Error('Nobody has come yet')
    return visit
  }

  async up(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve))
    this.#port = (this.#server.address() as AddressInfo).port
    return this
  }

  /** Gone, as a machine is that lost its power: every line is cut, none is taken. */
  async down(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    for (const connection of this.#connections) connection.destroy()
    await closed
  }

  /** Closes every visitor's socket. */
  drop(code: number): void {
    for (const socket of this.#sockets.clients) socket.close(code)
    for (const visit of this.visits) for (const socket of visit.sockets) socket.close(code)
  }

  /** Refuses the next request to a route ('open', 'attachments' …), or the next frame of a type ('say'). */
  refuseNext(what: string, error: RefusalName): void {
    this.#refusing.set(what, [...(this.#refusing.get(what) ?? []), error])
  }

  refusal(what: string): RefusalName | undefined {
    return this.#refusing.get(what)?.shift()
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.origin)
    const route = url.pathname.replace(`/api/visitor/${this.account.id}/`, '')
    if (this.delay > 0) await new Promise((resolve) => setTimeout(resolve, this.delay))
    if (this.isSilent && route !== url.pathname) return
    response.setHeader('Cross-Origin-Resource-Policy', 'same-origin')
    if (this.#admits(request) && request.headers.origin) {
      response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin')
      response.setHeader('Access-Control-Allow-Origin', request.headers.origin)
      response.setHeader('Access-Control-Allow-Headers', 'authorization, content-type')
    }
    try {
      if (request.method === 'OPTIONS') response.writeHead(204).end()
      else if (route === url.pathname) await this.#serveFile(url, response)
      else if (route.startsWith('attachments/')) this.#serveAttachment(route, url, response)
      else
        response
          .setHeader('Content-Type', 'application/json')
          .end(JSON.stringify(await this.#answer(route, request)))
    } catch (error) {
      const name = error instanceof Refused ? error.error : 'unexpected'
      if (!(error instanceof Refused)) this.violations.push(String(error))
      response.writeHead(refusals[name][0], { 'Content-Type': 'application/json' })
      response.end(JSON.stringify({ error: name, message: refusals[name][1] }))
    }
  }

  async #answer(route: string, request: IncomingMessage): Promise<unknown> {
    if (request.method !== 'POST') throw new Refused('not-found')
    if (!this.#admits(request)) throw new Refused('wrong-origin')
    const refused = this.refusal(route)
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    if (refused) throw new Refused(refused)
    const body = Buffer.concat(chunks)
    if (route === 'open') return this.#open(this.#checked(openVisit.body, body))
    const token = request.headers.authorization?.replace('Bearer ', '')
    const visit = this.#visitOf(token)
    if (!visit) throw new Refused('visitor-rejected')
    if (route === 'attachments') return visit.upload(request.headers['content-type'] ?? '', body)
    if (route === 'offline') this.offline.push(this.#checked(leaveOfflineMessage.body, body))
    else if (route === 'transcript') this.transcripts.push(this.#checked(requestTranscript.body, body))
    else throw new Refused('not-found')
    return { ok: true }
  }

  #open({ token, identity }: { token?: string; identity?: Parameters<typeof identify>[0] }): unknown {
    let proved
    try {
      proved = identity ? identify(identity, this.account as never, new Date()) : undefined
    } catch {
      throw new Refused('visitor-rejected')
    }
    let visit = this.#visitOf(token)
    if (proved && visit?.visitorId !== proved.id) {
      visit = this.visits.find((one) => one.visitorId === proved.id) ?? undefined
    }
    if (!visit) {
      visit = new StandInVisit(this, proved?.id ?? randomBytes(12).toString('hex'))
      visit.state = { ...visit.state, ...this.first, name: proved?.name ?? '', email: proved?.email ?? '' }
      this.visits.push(visit)
    }
    const { state, messages } = visit
    return { token: visit.renewToken(), appearance: appearance(this.account as never), state, messages }
  }

  #serveAttachment(route: string, url: URL, response: ServerResponse): void {
    const visit = this.#visitOf(url.searchParams.get('token'))
    const file = visit?.files.get(route.replace('attachments/', ''))
    if (!file) throw new Refused(visit ? 'not-found' : 'visitor-rejected')
    response.setHeader('Content-Type', file.attachment.type).end(file.content)
  }

  /** The widget as built, and the demo's pages, as the hub serves them. */
  async #serveFile(url: URL, response: ServerResponse): Promise<void> {
    const [, first, ...rest] = url.pathname.split('/')
    const folder = first === 'demo' ? new URL('../../channels/chat/demo/', import.meta.url) : assets
    const name = first === 'demo' ? rest.join('/') || 'index.html' : rest.slice(1).join('/')
    if (!/^[\w.-]+$/.test(name)) throw new Refused('not-found')
    const content = await readFile(new URL(name, folder), 'utf8').catch(() => null)
    if (content === null) throw new Refused('not-found')
    response.setHeader('Content-Type', types[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream')
    response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin')
    response.end(content.replaceAll('{{accountId}}', this.account.id))
  }

  #checked<T>(schema: T & object, body: Buffer): never {
    const value: unknown = JSON.parse(body.toString('utf8'))
    if (Value.Check(schema as never, value)) return value as never
    this.violations.push(body.toString('utf8'))
    throw new Refused('invalid-input')
  }

  #visitOf(token: string | null | undefined): StandInVisit | undefined {
    return this.visits.find((one) => one.tokens.has(token ?? ''))
  }

  #admits({ headers }: IncomingMessage): boolean {
    return headers.origin === this.origin || admits(headers.origin, this.account as never)
  }
}
