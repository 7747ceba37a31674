import { createHash } from 'node:crypto'
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'

const realm = 'example.com'
const nonce = 'f00dfeed'
const md5 = (text: string) => createHash('md5').update(text).digest('hex')

export interface SipMessage {
  /** `INVITE`, or the status of an answer. */
  kind: string
  headers: Map<string, string>
  body: string
}

/** A SIP server over WebSocket (RFC 7118) that knows one user: registers it by digest, calls it, hangs up. */
export class SipServer {
  readonly said: SipMessage[] = []
  password = 'for-this-shift'
  readonly #upgrades = new WebSocketServer({ noServer: true, handleProtocols: () => 'sip' })
  #phone: WebSocket | null = null
  #contact = ''
  #tag = ''
  readonly #call = { id: 'call-1', from: '"Amina Diallo" <sip:+221771234567@example.com>;tag=f1', user: '' }

  takes = (url: string): boolean => url.startsWith('/sip')

  open = (server: Server): void => {
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (!this.takes(request.url ?? '')) return
      this.#upgrades.handleUpgrade(request, socket, head, (client) => {
        client.on('message', (data: Buffer) => this.#hear(client, parse(String(data))))
      })
    })
  }

  get isRegistered(): boolean {
    return this.#contact !== ''
  }

  /** What the phone said last of this kind. */
  last = (kind: string): SipMessage | undefined => this.said.findLast((one) => one.kind === kind)

  invite(sdp: string, headers: Record<string, string>): void {
    this.#request('INVITE', 1, { ...headers, 'Content-Type': 'application/sdp' }, sdp)
  }

  acknowledge(): void {
    this.#tag = /;tag=([^;\s]+)/.exec(this.last('200')?.headers.get('to') ?? '')?.[1] ?? ''
    this.#request('ACK', 1)
  }

  bye(): void {
    this.#request('BYE', 2)
  }

  cancel(): void {
    this.#request('CANCEL', 1)
  }

  close(): void {
    this.#phone?.terminate()
    this.#upgrades.close()
  }

  #hear(client: WebSocket, message: SipMessage): void {
    // JsSIP keeps the connection awake with empty lines.
    if (!message.kind) return
    this.said.push(message)
    this.#phone = client
    if (message.kind === 'REGISTER') return this.#register(message)
    if (message.kind === 'BYE') this.#answer(message, '200 OK')
  }

  #register(message: SipMessage): void {
    const authorization = message.headers.get('authorization') ?? ''
    const field = (name: string) => new RegExp(`${name}="?([^",]+)`).exec(authorization)?.[1] ?? ''
    const user = field('username')
    const ha1 = md5(`${user}:${realm}:${this.password}`)
    const ha2 = md5(`REGISTER:${field('uri')}`)
    const proof = md5(`${ha1}:${nonce}:${field('nc')}:${field('cnonce')}:auth:${ha2}`)
    if (field('response') !== proof)
      return this.#answer(message, '401 Unauthorized', {
        'WWW-Authenticate': `Digest realm="${realm}", nonce="${nonce}", qop="auth", algorithm=MD5`
      })
    const contact = message.headers.get('contact') ?? ''
    this.#contact = /<([^>]+)>/.exec(contact)?.[1] ?? ''
    this.#call.user = user
    this.#answer(message, '200 OK', { Contact: `${contact.replace(/;expires=\d+/, '')};expires=300` })
  }

  #answer({ headers }: SipMessage, status: string, more: Record<string, string> = {}): void {
    const copied = ['via', 'from', 'call-id', 'cseq'].map((name) => [name, headers.get(name) ?? ''])
    this.#send(`SIP/2.0 ${status}`, [
      ...copied,
      ['to', `${headers.get('to')};tag=s1`],
      ...Object.entries(more)
    ])
  }

  #request(method: string, n: number, more: Record<string, string> = {}, body = ''): void {
    const { id, from, user } = this.#call
    const branch = method === 'CANCEL' || method === 'INVITE' ? 'z9hG4bK-invite' : `z9hG4bK-${method}`
    this.#send(
      `${method} ${this.#contact} SIP/2.0`,
      [
        ['Via', `SIP/2.0/WS server.invalid;branch=${branch}`],
        ['Max-Forwards', '70'],
        ['From', from],
        ['To', `<sip:${user}@${realm}>${this.#tag && `;tag=${this.#tag}`}`],
        ['Call-ID', id],
        ['CSeq', `${n} ${method}`],
        ['Contact', '<sip:server@example.com;transport=ws>'],
        ...Object.entries(more)
      ],
      body
    )
  }

  #send(first: string, headers: string[][], body = ''): void {
    const lines = [
      first,
      ...headers.map(([name, value]) => `${name}: ${value}`),
      `Content-Length: ${body.length}`
    ]
    this.#phone?.send(`${lines.join('\r\n')}\r\n\r\n${body}`)
  }
}

function parse(text: string): SipMessage {
  const [head = '', body = ''] = text.split('\r\n\r\n', 2)
  const [first = '', ...lines] = head.split('\r\n')
  const kind = (first.startsWith('SIP/2.0') ? first.split(' ')[1] : first.split(' ')[0]) ?? ''
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    })
  )
  return { kind, headers, body }
}
