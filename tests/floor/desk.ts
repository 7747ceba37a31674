import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'
import type { Interaction } from '@palabre/config/contract/interaction'
import type { Answer, Door } from './door.ts'
import { isLater } from './sequence.ts'

const heartbeatMs = 3000
type Frame =
  | { type: 'ready' | 'resync'; seq: string }
  | { type: 'pong' }
  | { type: 'event'; seq: string | null; name: string; payload: Record<string, unknown> }

/**
 * An agent whose client does what the app does: it sees its work through a snapshot and events only, resumes after a
 * lost line, and repeats what nobody answered. What is done with each piece of work is somebody else's character.
 */
export abstract class Desk {
  readonly picture = new Map<string, { item: Interaction; seq: string | null }>()
  readonly refusals: string[] = []
  resumes = 0
  resyncs = 0
  id = ''
  readonly name: string
  readonly #door: Door
  #headers: Record<string, string> = {}
  #seq: string | null = null
  #socket: WebSocket | null = null
  #left = false
  readonly #atWork = new Map<string, { again: boolean }>()

  constructor(name: string, door: Door) {
    this.name = name
    this.#door = door
  }

  /** Does what is to be done with a piece of work in its newest state; called again when that changed meanwhile. */
  protected abstract handle(item: Interaction): Promise<void>
  /** How long it takes to come back after a lost line, in ms. */
  protected abstract comesBackMs(): number
  /** Another event than those of its own work. */
  protected hear(_name: string, _payload: Record<string, unknown>): void {}

  /** Signs in; gives the refusal when it is refused. */
  async signIn(email: string, password: string): Promise<string | null> {
    const { status, body, headers } = await this.#door.ask('POST', '/api/session', { email, password }, {})
    if (status !== 200) return JSON.stringify(body)
    this.#headers = {
      cookie: headers.get('set-cookie')?.split(';')[0] ?? '',
      'x-csrf-token': (body as { csrf: string }).csrf
    }
    this.id = (body as { agent: { id: string } }).agent.id
    return null
  }

  ask = (method: string, path: string, body?: unknown): Promise<Answer> =>
    this.#door.ask(method, path, body, this.#headers)

  ready = () => this.ask('PUT', '/api/me/presence', { state: 'ready' })

  /** Opens the line, and again whenever it is lost, until `leave`. */
  async stay(): Promise<void> {
    while (!this.#left) {
      await this.#connected().catch(() => undefined)
      this.#door.turn()
      if (!this.#left) await sleep(this.comesBackMs())
    }
  }

  /** The line breaks without a word. */
  cut() {
    this.#socket?.terminate()
  }

  leave() {
    this.#left = true
    this.#socket?.terminate()
  }

  get hasLeft(): boolean {
    return this.#left
  }

  /** What it believes to hold, as the screen shows it: id → state and version. */
  held(): Map<string, string> {
    return new Map(
      [...this.picture.values()]
        .filter(({ item }) => this.isMine(item))
        .map(({ item }) => [item.id, `${item.state} v${String(item.version)}`])
    )
  }

  protected isMine = (item: Interaction) =>
    (item.state === 'offered' && item.offer?.agentId === this.id) ||
    ((item.state === 'active' || item.state === 'wrapup') && item.agentId === this.id)

  #connected(): Promise<void> {
    const socket = new WebSocket(`${this.#door.url.replace('http', 'ws')}/api/live`, {
      headers: { ...this.#headers, origin: this.#door.url },
      handshakeTimeout: heartbeatMs * 2
    })
    this.#socket = socket
    return new Promise((resolve) => {
      let alive = true
      const heart = setInterval(() => {
        if (!alive) return socket.terminate()
        alive = false
        if (socket.readyState === WebSocket.OPEN) socket.send('{"type":"ping"}')
      }, heartbeatMs)
      socket.on('open', () =>
        socket.send(JSON.stringify({ type: 'hello', ...(this.#seq !== null && { since: this.#seq }) }))
      )
      socket.on('message', (data: Buffer) => {
        alive = true
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
    if (frame.type === 'event') {
      if (frame.seq !== null) this.#seq = frame.seq
      if (frame.name === 'interaction.changed')
        this.take(frame.payload['interaction'] as Interaction, frame.seq)
      else this.hear(frame.name, frame.payload)
    } else if (frame.type === 'ready' || frame.type === 'resync') {
      const isFirst = this.#seq === null
      this.#seq = frame.seq
      if (frame.type === 'resync') this.resyncs++
      else if (!isFirst) this.resumes++
      if (isFirst || frame.type === 'resync')
        this.#readAgain().catch((error: unknown) => this.refusals.push(`inbox: ${String(error)}`))
    }
  }

  /** Takes the snapshot for the truth, except where an event came after it. */
  async #readAgain() {
    const { status, body } = await this.ask('GET', '/api/inbox')
    if (status !== 200) return void this.refusals.push(`inbox: ${JSON.stringify(body)}`)
    const { seq, items } = body as { seq: string; items: Interaction[] }
    const ids = new Set(items.map(({ id }) => id))
    for (const [id, known] of this.picture)
      if (!ids.has(id) && (known.seq === null || !isLater(known.seq, seq))) this.picture.delete(id)
    for (const item of items) this.take(item, null)
    for (const { item } of this.picture.values()) this.#work(item.id)
  }

  protected take(item: Interaction, seq: string | null) {
    const known = this.picture.get(item.id)
    if (known && known.item.version >= item.version) return
    this.picture.set(item.id, { item, seq })
    if (this.isMine(item)) this.#work(item.id)
  }

  /** Works one interaction at a time to its newest state. */
  #work(id: string) {
    const busy = this.#atWork.get(id)
    if (busy) {
      busy.again = true
      return
    }
    const mark = { again: false }
    this.#atWork.set(id, mark)
    void this.#handle(id)
      .catch((error: unknown) => this.refusals.push(`${this.name}: ${String(error)}`))
      .finally(() => {
        this.#atWork.delete(id)
        if (mark.again && !this.#left) this.#work(id)
      })
  }

  async #handle(id: string) {
    const item = this.picture.get(id)?.item
    if (item && this.isMine(item) && !this.#left) await this.handle(item)
  }

  /** The action was refused: somebody, or this one before a lost answer, was faster. */
  protected async look(id: string) {
    const { status, body } = await this.ask('GET', `/api/interactions/${id}`)
    if (status === 200) this.take((body as { interaction: Interaction }).interaction, null)
  }
}
