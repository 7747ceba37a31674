import type { VisitorFrame, VisitorServerFrame } from '@palabre/config/contract/visitor'

/** `lost`: it was there, or should be, and is being sought again. */
export type Line = 'idle' | 'connecting' | 'live' | 'lost'

export interface Hearing {
  frame(frame: VisitorServerFrame): void
  line(line: Line): void
}

/** Milliseconds. */
const readyWithin = 10_000
const pingEvery = 25_000
const pongWithin = 8_000
const longestPause = 30_000

/** Service restart (RFC 6455 registry): the hub has gone to come back at once. */
const restarting = 1012

/**
 * The visitor's socket. It stays open from `start` to `stop`: a line that is cut is sought again with growing pauses, and
 * one that is silent is cut. Frames leave only while it is live, that is after the hub's `ready`.
 */
export class Socket {
  readonly #url: string
  readonly #token: () => string
  readonly #hearing: Hearing
  #socket: WebSocket | null = null
  #wanted = false
  #line: Line = 'idle'
  #attempt = 0
  #retry: ReturnType<typeof setTimeout> | undefined
  #ping: ReturnType<typeof setTimeout> | undefined
  #deadline: ReturnType<typeof setTimeout> | undefined

  constructor(url: string, token: () => string, hearing: Hearing) {
    this.#url = url
    this.#token = token
    this.#hearing = hearing
  }

  start(): void {
    if (this.#wanted) return
    this.#wanted = true
    this.#say('connecting')
    this.#connect()
  }

  stop(): void {
    this.#wanted = false
    this.#attempt = 0
    this.#drop()
    this.#say('idle')
  }

  /** Cuts the line, if there is one, and seeks it again at once. */
  restart(): void {
    if (!this.#wanted) return
    this.#drop()
    this.#say('lost')
    this.#connect()
  }

  /** The world has changed (network back, page in front again): do not sit out a pause, do not trust an old line. */
  check(): void {
    if (!this.#wanted) return
    if (this.#line === 'live') this.#probe(3_000)
    else if (this.#retry !== undefined) this.#connect()
  }

  /** False when there is no line; the frame has then not left. */
  send(frame: VisitorFrame): boolean {
    if (this.#line !== 'live' || this.#socket?.readyState !== 1) return false
    this.#socket.send(JSON.stringify(frame))
    return true
  }

  #connect(): void {
    this.#drop()
    const socket = new WebSocket(this.#url)
    this.#socket = socket
    this.#expire(readyWithin)
    socket.onopen = () =>
      socket.send(JSON.stringify({ type: 'hello', token: this.#token() } satisfies VisitorFrame))
    socket.onmessage = ({ data }) => this.#heard(JSON.parse(String(data)) as VisitorServerFrame)
    socket.onclose = ({ code }) => this.#closed(code)
  }

  #heard(frame: VisitorServerFrame): void {
    this.#schedulePing()
    if (frame.type === 'ready') {
      this.#attempt = 0
      this.#say('live')
    }
    if (frame.type !== 'pong') this.#hearing.frame(frame)
  }

  #closed(code: number): void {
    this.#drop()
    if (!this.#wanted) return
    const pause =
      code === restarting && this.#line === 'live'
        ? Math.random() * 1_500
        : Math.min(longestPause, 1_000 * 2 ** this.#attempt++) * (0.5 + Math.random() / 2)
    this.#say('lost')
    this.#retry = setTimeout(() => this.#connect(), pause)
  }

  #schedulePing(): void {
    clearTimeout(this.#deadline)
    clearTimeout(this.#ping)
    this.#ping = setTimeout(() => this.#probe(pongWithin), pingEvery)
  }

  #probe(within: number): void {
    if (this.send({ type: 'ping' })) this.#expire(within)
  }

  /** Anything heard takes the deadline away. */
  #expire(within: number): void {
    clearTimeout(this.#deadline)
    this.#deadline = setTimeout(() => this.#closed(0), within)
  }

  #drop(): void {
    for (const timer of [this.#retry, this.#ping, this.#deadline]) clearTimeout(timer)
    this.#retry = undefined
    const socket = this.#socket
    this.#socket = null
    if (!socket) return
    socket.onopen = socket.onmessage = socket.onclose = null
    socket.close()
  }

  #say(line: Line): void {
    if (line === this.#line) return
    this.#line = line
    this.#hearing.line(line)
  }
}
