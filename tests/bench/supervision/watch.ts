import { WebSocket } from 'ws'
import type { Agent } from '@palabre/config/contract/agent'
import type { BoardCell, BoardQuarter } from '@palabre/config/contract/board'
import { cellKey, BoardScreen } from '../../floor/screen.ts'
import { headersOf } from '../load/agent.ts'
import { asked, type Line } from '../load/line.ts'
import type { Login } from '../stage/stage.ts'

export interface Board {
  seq: string
  cells: BoardCell[]
  quarters: BoardQuarter[]
}

/** One frame that came, to be pushed again by the baseline. */
export interface Pushed {
  /** Milliseconds since the first. */
  at: number
  bytes: number
}

export const readBoard = (line: Line, login: Login, from: Date) =>
  asked<Board>(line, {
    method: 'GET',
    path: `/api/board?from=${from.toISOString()}`,
    headers: headersOf(login)
  })
export const readAgents = async (line: Line, login: Login) =>
  (await asked<{ items: Agent[] }>(line, { method: 'GET', path: '/api/agents', headers: headersOf(login) }))
    .items

/** A supervisor with the board open: reads it once, and listens from then on. */
export class Watch {
  readonly screen = new BoardScreen()
  readonly agents = new Map<string, Agent>()
  readonly frames: Pushed[] = []
  bytes = 0
  /** When each figure was told, in ms of performance.now(): a cell, the sums of a quarter. */
  readonly #toldAt = new Map<string, number[]>()
  readonly #login: Login
  readonly #hears: (cell: BoardCell) => void
  readonly #hearsAgent: (agent: Agent) => void
  #socket: WebSocket | null = null
  #begun = 0

  constructor(
    login: Login,
    hears: (cell: BoardCell) => void = () => {},
    hearsAgent: (agent: Agent) => void = () => {}
  ) {
    this.#login = login
    this.#hears = hears
    this.#hearsAgent = hearsAgent
  }

  async open(port: number, line: Line, from: Date) {
    const socket = new WebSocket(`ws://127.0.0.1:${String(port)}/api/live`, {
      headers: { cookie: headersOf(this.#login).cookie },
      perMessageDeflate: false
    })
    this.#socket = socket
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      socket.once('open', () => {
        socket.send(JSON.stringify({ type: 'hello', topics: ['board', 'floor'] }))
      })
      socket.on('message', (data: Buffer) => {
        const text = data.toString()
        if (text.startsWith('{"type":"event"')) this.#hear(text, data.byteLength)
        else if (text.startsWith('{"type":"ready"')) resolve()
      })
    })
    socket.on('error', () => {})
    this.screen.reading()
    const [board, agents] = await Promise.all([
      readBoard(line, this.#login, from),
      readAgents(line, this.#login)
    ])
    this.screen.read(board)
    for (const agent of agents) this.#takeAgent(agent)
  }

  close() {
    this.#socket?.terminate()
  }

  /** The most often that one figure was told in a second, and its name. */
  mostPerSecond(): { times: number; figure: string } {
    let most = { times: 0, figure: '' }
    for (const [figure, moments] of this.#toldAt)
      for (let first = 0, last = 0; last < moments.length; last++) {
        while (moments[last]! - moments[first]! >= 1000) first += 1
        if (last - first + 1 > most.times) most = { times: last - first + 1, figure }
      }
    return most
  }

  /** The most often that one figure was told on average over a stretch of so many seconds. */
  mostOnAverage(seconds: number): number {
    return Math.max(0, ...[...this.#toldAt.values()].map((moments) => moments.length / seconds))
  }

  /** Forgets what was told so far, not what is shown. */
  forget() {
    this.#toldAt.clear()
    this.frames.length = 0
    this.bytes = 0
    this.#begun = 0
  }

  #hear(text: string, bytes: number) {
    const now = performance.now()
    this.#begun ||= now
    this.bytes += bytes
    this.frames.push({ at: now - this.#begun, bytes })
    const { name, payload } = JSON.parse(text) as {
      name: string
      payload: { cells: BoardCell[]; quarters: BoardQuarter[]; agent: Agent }
    }
    if (name === 'board.changed') {
      this.screen.take(payload.cells)
      for (const cell of payload.cells) {
        this.#note(cellKey(cell), now)
        this.#hears(cell)
      }
    } else if (name === 'quarters.changed') {
      this.screen.addQuarters(payload.quarters)
      for (const { id } of payload.quarters) this.#note(id, now)
    } else if (name === 'agent.changed') this.#takeAgent(payload.agent)
  }

  #takeAgent(agent: Agent) {
    if ((this.agents.get(agent.id)?.version ?? -1) >= agent.version) return
    this.agents.set(agent.id, agent)
    this.#hearsAgent(agent)
  }

  #note(figure: string, now: number) {
    const moments = this.#toldAt.get(figure)
    if (moments) moments.push(now)
    else this.#toldAt.set(figure, [now])
  }
}
