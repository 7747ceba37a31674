import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer, type WebSocket } from 'ws'
import type { FarSide } from '../jambonz/directory.ts'
import { isFields, type Fields } from '../jambonz/frame.ts'
import type { Jambonz } from '../jambonz/jambonz.ts'
import { SocketPhone } from './socket-phone.ts'

const protocol = 'palabre-phone'
/** The fake's own rate, which browsers offer too. */
const rate = 8000
/** Seconds; a socket says by itself when its phone is gone. */
const expires = 86_400
const largest = 65_536

/** A user, and where their calls go while they are registered. */
interface Desk {
  user: string
  phone: SocketPhone
  contact: FarSide | null
  turn: Promise<unknown>
}

/**
 * Where agents' browsers register, over the protocol of agent-app/src/lib/phone/README.md. Who they are is asked of the
 * hub, by the fake's registrar; their calls are legs of the fake.
 */
export class PhoneExchange {
  readonly #jambonz: Jambonz
  readonly #server: Server = createServer((_request, response) => response.writeHead(426).end())
  readonly #sockets: WebSocketServer
  readonly #desks = new Map<string, Desk>()

  constructor(jambonz: Jambonz) {
    this.#jambonz = jambonz
    this.#sockets = new WebSocketServer({
      server: this.#server,
      path: '/phone',
      maxPayload: largest,
      handleProtocols: (offered) => (offered.has(protocol) ? protocol : false)
    })
    this.#sockets.on('connection', (socket) => this.#attend(socket))
  }

  /** Listens on loopback. */
  async open(port = 0): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, '127.0.0.1', resolve)
    })
  }

  /** What the app is told to connect to: its query says which protocol is spoken. */
  get address(): string {
    const { port } = this.#server.address() as AddressInfo
    return `ws://127.0.0.1:${String(port)}/phone?protocol=${protocol}`
  }

  async close(): Promise<void> {
    for (const { phone } of this.#desks.values()) phone.close()
    for (const client of this.#sockets.clients) client.terminate()
    this.#sockets.close()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #attend(socket: WebSocket) {
    let phone: SocketPhone | null = null
    let turn = Promise.resolve()
    const hear = async (frame: Fields) => {
      if (frame['type'] === 'register') phone = (await this.#register(socket, frame)) ?? phone
      else if (frame['type'] === 'ping') socket.send(JSON.stringify({ type: 'pong' }))
      else if (phone?.has(socket)) obey(phone, frame)
    }
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) return void (phone?.has(socket) && phone.listen(data))
      const frame: unknown = parsed(data)
      if (!isFields(frame)) return socket.close(1007)
      turn = turn.then(() => hear(frame)).catch(() => socket.terminate())
    })
    socket.on('error', () => socket.terminate())
    socket.on('close', () => {
      if (phone?.has(socket)) phone.lose()
    })
  }

  /** One after the other for each user: a page that is loaded again comes with a new socket before the old one is gone. */
  #register(socket: WebSocket, { user, password }: Fields): Promise<SocketPhone | null> {
    const desk = this.#deskOf(String(user))
    const registration = desk.turn.then(() => this.#admit(desk, socket, String(password)))
    desk.turn = registration.catch(() => null)
    return registration
  }

  /** Every registration is a contact of its own, so that each password is asked about. */
  async #admit(desk: Desk, socket: WebSocket, password: string): Promise<SocketPhone | null> {
    const { registrar } = this.#jambonz
    const { user, phone } = desk
    const contact: FarSide = { invite: (leg) => phone.invite(leg) }
    const answer = await registrar.register(contact, { user, password, expires })
    if (!answer.ok) {
      socket.send(JSON.stringify({ type: 'refused', reason: answer.reason }))
      return null
    }
    if (desk.contact) registrar.unregister(desk.contact)
    desk.contact = contact
    socket.send(JSON.stringify({ type: 'registered', rate }))
    phone.take(socket)
    return phone
  }

  #deskOf(user: string): Desk {
    const known = this.#desks.get(user)
    if (known) return known
    const phone = new SocketPhone(this.#jambonz.ticker, () => {
      if (desk.contact) this.#jambonz.registrar.unregister(desk.contact)
      desk.contact = null
    })
    const desk: Desk = { user, phone, contact: null, turn: Promise.resolve(null) }
    this.#desks.set(user, desk)
    return desk
  }
}

function obey(phone: SocketPhone, frame: Fields) {
  const id = String(frame['id'])
  switch (frame['type']) {
    case 'answer':
      return phone.answer(id)
    case 'decline':
      return phone.decline(id, frame['cause'])
    case 'bye':
      return phone.hangUp(id)
    case 'dtmf':
      return phone.press(id, String(frame['keys']))
    case 'unregister':
      return phone.leave()
  }
}

function parsed(data: Buffer): unknown {
  try {
    return JSON.parse(String(data))
  } catch {
    return null
  }
}
