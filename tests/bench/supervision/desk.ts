import { WebSocket } from 'ws'
import type { Interaction } from '@palabre/config/contract/interaction'
import { headersOf } from '../load/agent.ts'
import { asked, type Line } from '../load/line.ts'
import type { Login } from '../stage/stage.ts'

const ownEvent = '"name":"interaction.changed"'
const seqAt = '{"type":"event","seq":"'.length

/** An agent's browser: what is in the agent's hands, by events, and through lost lines. */
export class BenchDesk {
  readonly login: Login
  readonly headers: Record<string, string>
  /** The newest known state of what is, or was, in these hands. */
  readonly works = new Map<string, Interaction>()
  /** How often it came back by the events that it had missed, and by reading everything again. */
  resumes = 0
  resyncs = 0
  readonly #port: number
  readonly #line: Line
  readonly #changed: (work: Interaction, desk: BenchDesk) => void
  #socket: WebSocket | null = null
  #seq = ''

  constructor(
    port: number,
    line: Line,
    login: Login,
    changed: (work: Interaction, desk: BenchDesk) => void = () => {}
  ) {
    this.#port = port
    this.#line = line
    this.login = login
    this.headers = headersOf(login)
    this.#changed = changed
  }

  /** Resolves when what is shown is whole. */
  open(): Promise<void> {
    const since = this.#seq
    const socket = new WebSocket(`ws://127.0.0.1:${String(this.#port)}/api/live`, {
      headers: { cookie: this.headers['cookie'] ?? '' },
      perMessageDeflate: false
    })
    this.#socket = socket
    return new Promise((resolve, reject) => {
      socket.once('error', reject)
      socket.once('open', () => {
        socket.send(JSON.stringify({ type: 'hello', ...(since !== '' && { since }) }))
      })
      socket.once('close', () => {
        reject(new Error(`${this.login.name} lost the line`))
      })
      socket.on('message', (data: Buffer) => {
        const text = data.toString()
        if (text.startsWith('{"type":"event"')) this.#hear(text)
        else {
          const frame = JSON.parse(text) as { type: string; seq?: string }
          if (frame.seq !== undefined) this.#seq = frame.seq
          if (frame.type === 'ready') {
            if (since !== '') this.resumes += 1
            resolve()
          } else if (frame.type === 'resync') {
            this.resyncs += 1
            this.#readAgain().then(resolve, reject)
          }
        }
      })
    })
  }

  async #readAgain() {
    const { items } = await asked<{ items: Interaction[] }>(this.#line, {
      method: 'GET',
      path: '/api/inbox',
      headers: this.headers
    })
    const ids = new Set(items.map(({ id }) => id))
    for (const id of this.works.keys()) if (!ids.has(id)) this.works.delete(id)
    for (const item of items) this.#take(item)
  }

  #hear(text: string) {
    if (text.startsWith('{"type":"event","seq":"')) this.#seq = text.slice(seqAt, text.indexOf('"', seqAt))
    if (text.includes(ownEvent))
      this.#take((JSON.parse(text) as { payload: { interaction: Interaction } }).payload.interaction)
  }

  #take(work: Interaction) {
    const known = this.works.get(work.id)
    if (known && known.version >= work.version) return
    this.works.set(work.id, work)
    this.#changed(work, this)
  }

  /** Ids of what is in these hands now, as the screen shows it. */
  held(): string[] {
    const { agentId } = this.login
    return [...this.works.values()]
      .filter(
        ({ state, agentId: owner, offer }) =>
          (state === 'offered' && offer?.agentId === agentId) ||
          ((state === 'active' || state === 'wrapup') && owner === agentId)
      )
      .map(({ id }) => id)
      .sort()
  }

  presence(state: 'ready' | 'paused', pauseReasonId?: string) {
    return asked(this.#line, {
      method: 'PUT',
      path: '/api/me/presence',
      headers: this.headers,
      body: { state, ...(pauseReasonId !== undefined && { pauseReasonId }) }
    })
  }

  cut() {
    this.#socket?.removeAllListeners('close')
    this.#socket?.on('error', () => {})
    this.#socket?.terminate()
  }
}
