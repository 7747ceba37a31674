import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'
import type { Interaction } from '@palabre/config/contract/interaction'
import type { Message } from '@palabre/config/contract/message'
import { demoPassword } from '../flows/house.ts'
import { Door, type Answer } from './door.ts'
import type { Chance } from './random.ts'

const heartbeatMs = 3000
type Frame =
  | { type: 'ready' | 'resync'; seq: string }
  | { type: 'pong' }
  | { type: 'event'; seq: string | null; name: string; payload: Record<string, unknown> }

/**
 * An agent whose client does what the app does: it sees her work through a snapshot and events only, resumes after a
 * lost line, and repeats what nobody answered. She answers every line of a customer once, and closes after the last.
 */
export class ChaosAgent {
  readonly name: string
  readonly picture = new Map<string, { item: Interaction; seq: string | null }>()
  readonly answered: { id: string; interactionId: string; clientId: string; text: string }[] = []
  readonly refusals: string[] = []
  resumes = 0
  resyncs = 0
  id = ''
  readonly #door: Door
  readonly #chance: Chance
  #headers: Record<string, string> = {}
  #dispositionId = ''
  #seq: string | null = null
  #socket: WebSocket | null = null
  #left = false
  readonly #atWork = new Map<string, { again: boolean }>()

  constructor(name: string, urls: string[], first: number, chance: Chance) {
    this.name = name
    this.#door = new Door(urls, first)
    this.#chance = chance
  }

  async start(): Promise<void> {
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
    const { items } = (await this.ask('GET', '/api/dispositions')).body as {
      items: { id: string; noteRequired: boolean }[]
    }
    this.#dispositionId = items.find((one) => !one.noteRequired)?.id ?? ''
    await this.ready()
    void this.#stayConnected()
  }

  ask = (method: string, path: string, body?: unknown): Promise<Answer> =>
    this.#door.ask(method, path, body, this.#headers)

  ready = () => this.ask('PUT', '/api/me/presence', { state: 'ready' })

  leave() {
    this.#left = true
    this.#socket?.terminate()
  }

  /** What she believes to hold, as the screen shows it: id → state and version. */
  held(): Map<string, string> {
    return new Map(
      [...this.picture.values()]
        .filter(({ item }) => this.#isMine(item))
        .map(({ item }) => [item.id, `${item.state} v${String(item.version)}`])
    )
  }

  #isMine = (item: Interaction) =>
    (item.state === 'offered' && item.offer?.agentId === this.id) ||
    ((item.state === 'active' || item.state === 'wrapup') && item.agentId === this.id)

  async #stayConnected() {
    while (!this.#left) {
      await this.#connected().catch(() => undefined)
      this.#door.turn()
      await sleep(this.#chance.between(200, 500))
    }
  }

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
        const frame = JSON.parse(data.toString()) as Frame
        if (frame.type === 'event') {
          if (frame.seq !== null) this.#seq = frame.seq
          if (frame.name === 'interaction.changed')
            this.#take(frame.payload['interaction'] as Interaction, frame.seq)
        } else if (frame.type === 'ready' || frame.type === 'resync') {
          const isFirst = this.#seq === null
          this.#seq = frame.seq
          if (frame.type === 'resync') this.resyncs++
          else if (!isFirst) this.resumes++
          if (isFirst || frame.type === 'resync') void this.#readAgain()
        }
      })
      socket.on('error', () => undefined)
      socket.on('close', () => {
        clearInterval(heart)
        resolve()
      })
    })
  }

  /** Takes the snapshot for the truth, except where an event came after it. */
  async #readAgain() {
    const { status, body } = await this.ask('GET', '/api/inbox')
    if (status !== 200) return void this.refusals.push(`inbox: ${JSON.stringify(body)}`)
    const { seq, items } = body as { seq: string; items: Interaction[] }
    const ids = new Set(items.map(({ id }) => id))
    for (const [id, known] of this.picture)
      if (!ids.has(id) && (known.seq === null || !isLater(known.seq, seq))) this.picture.delete(id)
    for (const item of items) this.#take(item, null)
    for (const { item } of this.picture.values()) this.#work(item.id)
  }

  #take(item: Interaction, seq: string | null) {
    const known = this.picture.get(item.id)
    if (known && known.item.version >= item.version) return
    this.picture.set(item.id, { item, seq })
    if (this.#isMine(item)) this.#work(item.id)
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
    if (!item || !this.#isMine(item) || this.#left) return
    await sleep(this.#chance.between(20, 200))
    if (item.state === 'offered') {
      const { status, body } = await this.ask('POST', `/api/interactions/${id}/accept`, {
        offerId: item.offer?.id
      })
      if (status === 200) this.#take(body as Interaction, null)
      else await this.#look(id)
      return
    }
    if (item.state !== 'active') return
    const { body } = await this.ask('GET', `/api/conversations/${item.conversationId}/messages?limit=100`)
    const { items } = body as { items: Message[] }
    const done = new Set(items.map(({ clientId }) => clientId))
    let isLast = false
    for (const line of items.filter(({ kind, interactionId }) => kind === 'in' && interactionId === id)) {
      isLast ||= line.text.includes('(last)')
      const clientId = `re-${line.id}`
      if (done.has(clientId)) continue
      const text = `re: ${line.text.trim()}`
      const sent = await this.ask('POST', `/api/interactions/${id}/messages`, { clientId, text })
      if (sent.status !== 200) return this.#look(id)
      this.answered.push({ id: (sent.body as Message).id, interactionId: id, clientId, text })
    }
    if (!isLast) return
    const closed = await this.ask('POST', `/api/interactions/${id}/close`, {
      dispositionId: this.#dispositionId
    })
    if (closed.status === 200) this.#take(closed.body as Interaction, null)
    else await this.#look(id)
  }

  /** Her action was refused: somebody, or she herself before a lost answer, was faster. */
  async #look(id: string) {
    const { status, body } = await this.ask('GET', `/api/interactions/${id}`)
    if (status === 200) this.#take((body as { interaction: Interaction }).interaction, null)
  }
}

function isLater(a: string, b: string) {
  const [aMs = 0, aN = 0] = a.split('-').map(Number)
  const [bMs = 0, bN = 0] = b.split('-').map(Number)
  return aMs > bMs || (aMs === bMs && aN > bN)
}
