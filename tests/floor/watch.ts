import { WebSocket } from 'ws'
import type { Agent } from '@palabre/config/contract/agent'
import type { BoardCell, BoardQuarter } from '@palabre/config/contract/board'
import { BoardScreen } from './screen.ts'

interface Payload {
  cells: BoardCell[]
  quarters: BoardQuarter[]
  agent: Agent
}
type Frame =
  { type: 'ready' | 'resync' | 'refused' | 'pong' } | { type: 'event'; name: string; payload: Payload }

/**
 * A supervisor with the board open: reads it when it opens, after a lost line and when told to, and only listens in
 * between.
 */
export class FloorWatch {
  readonly screen = new BoardScreen()
  readonly agents = new Map<string, Agent>()
  /** How often the board was read. */
  reads = 0
  readonly #headers: Record<string, string>
  readonly #from: Date
  #url: string
  #socket: WebSocket | null = null
  #reading: Promise<void> = Promise.resolve()

  constructor(url: string, headers: Record<string, string>, from: Date) {
    this.#url = url
    this.#headers = headers
    this.#from = from
  }

  /** Resolves when the board is read. */
  async open(url = this.#url): Promise<void> {
    this.#url = url
    const socket = new WebSocket(`${url.replace('http', 'ws')}/api/live`, {
      headers: { ...this.#headers, origin: url }
    })
    this.#socket = socket
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      socket.once('open', () => socket.send(JSON.stringify({ type: 'hello', topics: ['board', 'floor'] })))
      socket.on('message', (data: Buffer) => {
        const frame = JSON.parse(data.toString()) as Frame
        if (frame.type === 'event') this.#hear(frame.name, frame.payload)
        else if (frame.type === 'ready') resolve()
        else if (frame.type === 'resync') this.#reading = this.#reading.then(() => this.#read())
      })
    })
    socket.on('error', () => undefined)
    await this.#read()
  }

  /** The line breaks without a word. */
  cut() {
    this.#socket?.removeAllListeners('message')
    this.#socket?.terminate()
  }

  /** Resolves when what was asked for has come. */
  async settle() {
    await this.#reading
  }

  async #read() {
    this.reads += 1
    this.screen.reading()
    const [board, { items }] = await Promise.all([
      this.#get<{ cells: BoardCell[]; quarters: BoardQuarter[] }>(
        `/api/board?from=${this.#from.toISOString()}`
      ),
      this.#get<{ items: Agent[] }>('/api/agents')
    ])
    this.screen.read(board)
    for (const agent of items) this.#takeAgent(agent)
  }

  #hear(name: string, payload: Payload) {
    if (name === 'board.changed') this.screen.take(payload.cells)
    else if (name === 'quarters.changed') this.screen.addQuarters(payload.quarters)
    else if (name === 'agent.changed') this.#takeAgent(payload.agent)
  }

  #takeAgent(agent: Agent) {
    if ((this.agents.get(agent.id)?.version ?? -1) < agent.version) this.agents.set(agent.id, agent)
  }

  async #get<T>(path: string): Promise<T> {
    const response = await fetch(this.#url + path, { headers: this.#headers })
    const text = await response.text()
    if (!response.ok) throw new Error(`${path}: ${text}`)
    return JSON.parse(text) as T
  }
}
