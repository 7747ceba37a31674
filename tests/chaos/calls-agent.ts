import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'
import type { Call } from '@palabre/config/contract/call'
import type { Interaction } from '@palabre/config/contract/interaction'
import { demoPassword } from '../flows/house.ts'
import type { Jambonz } from '../simulators/jambonz/jambonz.ts'
import type { Party } from '../simulators/jambonz/party.ts'
import type { Phone } from '../simulators/jambonz/phone.ts'
import { Door, type Answer } from '../floor/door.ts'
import { soon } from './calls-soon.ts'

const comesBackMs = 300
const heartbeatMs = 2000
/** A phone registers anew before its time is over; this one need not. */
const phoneSeconds = 7200
type Frame =
  | { type: 'ready' | 'resync'; seq: string }
  | { type: 'pong' }
  | { type: 'event'; seq: string | null; name: string; payload: Record<string, unknown> }

/**
 * Somebody at a desk: a telephone, and a screen that only knows what its socket and, after a gap, one snapshot told it.
 * The socket comes back by itself.
 */
export class CallAgent {
  readonly name: string
  id = ''
  phone!: Phone
  /** Every interaction as the screen shows it now. */
  readonly screen = new Map<string, Interaction>()
  /** Every offer that the screen was ever told of: its id → the interaction. */
  readonly offers = new Map<string, string>()
  readonly #door: Door
  #headers: Record<string, string> = {}
  #seq: string | null = null
  #socket: WebSocket | null = null
  #left = false

  constructor(name: string, url: string) {
    this.name = name
    this.#door = new Door([url])
  }

  async signIn(): Promise<void> {
    const { status, body, headers } = await this.#door.ask(
      'POST',
      '/api/session',
      { email: `${this.name}@palabre.example`, password: demoPassword },
      {}
    )
    if (status !== 200) throw new Error(`sign-in failed: ${JSON.stringify(body)}`)
    this.#headers = {
      cookie: headers.get('set-cookie')?.split(';')[0] ?? '',
      'x-csrf-token': (body as { csrf: string }).csrf
    }
    this.id = (body as { agent: { id: string } }).agent.id
  }

  /** Signs in, with a registered phone and the screen open. */
  async start(jambonz: Jambonz): Promise<this> {
    await this.signIn()
    const { phone } = (await this.ask('GET', '/api/me/phone')).body as {
      phone: { user: string; password: string }
    }
    this.phone = jambonz.phone(phone.user, phone.password)
    await this.phone.register(phoneSeconds)
    if (!this.phone.registered) throw new Error(`${this.name}'s phone was not let in`)
    void this.#stayConnected()
    return this
  }

  ask = (method: string, path: string, body?: unknown): Promise<Answer> =>
    this.#door.ask(method, path, body, this.#headers)

  /** Asks, and fails the test when it is refused. */
  async do(method: string, path: string, body?: unknown): Promise<Answer['body']> {
    const answer = await this.ask(method, path, body)
    if (answer.status >= 400)
      throw new Error(`${this.name}: ${method} ${path} is refused: ${JSON.stringify(answer.body)}`)
    return answer.body
  }

  /** A file as it is given to a browser. */
  async download(path: string): Promise<Buffer> {
    const response = await fetch(this.#door.url + path, { headers: this.#headers })
    if (!response.ok) throw new Error(`${this.name}: GET ${path} is refused: ${await response.text()}`)
    return Buffer.from(await response.arrayBuffer())
  }

  presence = (state: 'ready' | 'offline') => this.do('PUT', '/api/me/presence', { state })

  /** There, and given no work. */
  async pause() {
    const { items } = (await this.do('GET', '/api/pause-reasons')) as { items: { id: string }[] }
    await this.do('PUT', '/api/me/presence', { state: 'paused', pauseReasonId: items[0]?.id })
  }

  /** The state of an interaction on the screen, when it gets there. */
  shows = (id: string, state: Interaction['state']) =>
    soon(`${state} on ${this.name}'s screen`, () => this.screen.get(id)?.state === state)

  /** What is offered on the screen and was not before. */
  offer = (known: ReadonlySet<string>): Promise<Interaction> =>
    soon(`an offer on ${this.name}'s screen`, () =>
      [...this.screen.values()].find(({ id, state }) => state === 'offered' && !known.has(id))
    )

  /** A call that rings at the phone. */
  isRung = (): Promise<Party> =>
    soon(
      `${this.name}'s phone rings`,
      () => {
        const { call } = this.phone
        return call?.state === 'ringing' ? call : null
      },
      20_000
    )

  callOf = async (interactionId: string): Promise<Call | null> =>
    ((await this.do('GET', `/api/interactions/${interactionId}/call`)) as { call: Call | null }).call

  /** The call of an interaction, once it is so. */
  call = (interactionId: string, isSo: (call: Call) => boolean = () => true): Promise<Call> =>
    soon('the call', async () => {
      const call = await this.callOf(interactionId)
      return call && isSo(call) ? call : null
    })

  leave() {
    this.#left = true
    this.#socket?.terminate()
  }

  async #stayConnected() {
    while (!this.#left) {
      await this.#connected()
      await sleep(comesBackMs)
    }
  }

  #connected(): Promise<void> {
    const socket = new WebSocket(`${this.#door.url.replace('http', 'ws')}/api/live`, {
      headers: { ...this.#headers, origin: this.#door.url },
      handshakeTimeout: heartbeatMs * 2
    })
    this.#socket = socket
    let isAlive = true
    const heart = setInterval(() => {
      if (!isAlive) return socket.terminate()
      isAlive = false
      if (socket.readyState === WebSocket.OPEN) socket.send('{"type":"ping"}')
    }, heartbeatMs)
    return new Promise((resolve) => {
      socket.on('open', () => {
        socket.send(JSON.stringify({ type: 'hello', ...(this.#seq !== null && { since: this.#seq }) }))
      })
      socket.on('message', (data: Buffer) => {
        isAlive = true
        this.#hear(JSON.parse(data.toString()) as Frame)
      })
      socket.on('error', () => undefined)
      socket.on('close', () => {
        clearInterval(heart)
        resolve()
      })
    })
  }

  #hear(frame: Frame) {
    if (frame.type === 'pong') return
    const isFirst = this.#seq === null
    if (frame.seq !== null) this.#seq = frame.seq
    if (frame.type === 'resync' || (frame.type === 'ready' && isFirst)) void this.#readAgain()
    if (frame.type === 'event' && frame.name === 'interaction.changed')
      this.#take(frame.payload['interaction'] as Interaction)
  }

  async #readAgain() {
    const { items } = (await this.do('GET', '/api/inbox')) as { items: Interaction[] }
    for (const item of items) this.#take(item)
    // What left the snapshot meanwhile is looked at by itself, as the app does with what is open.
    const ids = new Set(items.map(({ id }) => id))
    for (const { id, state } of this.screen.values()) {
      if (ids.has(id) || state === 'closed') continue
      const { status, body } = await this.ask('GET', `/api/interactions/${id}`)
      if (status === 200) this.#take((body as { interaction: Interaction }).interaction)
    }
  }

  #take(item: Interaction) {
    if (item.offer?.agentId === this.id) this.offers.set(item.offer.id, item.id)
    const known = this.screen.get(item.id)
    if (!known || known.version < item.version) this.screen.set(item.id, item)
  }
}
