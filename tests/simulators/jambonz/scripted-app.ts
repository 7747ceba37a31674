import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocket, WebSocketServer } from 'ws'
import type { Fields, Frame, WireEntry } from './frame.ts'

type Log = (dir: WireEntry['dir'], path: string, msg: unknown) => void

/** One socket that jambonz opened. */
export class Line {
  readonly path: string
  readonly request: IncomingMessage
  readonly socket: WebSocket
  /** What came on it: frames of a call, or metadata and audio of a stream. */
  readonly frames: Frame[] = []
  readonly texts: Fields[] = []
  readonly audio: Buffer[] = []
  closeCode?: number
  readonly #log: Log

  constructor(request: IncomingMessage, socket: WebSocket, log: Log) {
    this.request = request
    this.socket = socket
    this.path = new URL(request.url ?? '/', 'http://app').pathname
    this.#log = log
    socket.on('close', (code) => (this.closeCode = code))
  }

  ack(frame: Frame, data?: unknown) {
    this.#send({ type: 'ack', msgid: frame.msgid, ...(data !== undefined && { data }) })
  }

  command(command: string, data: unknown, more: Fields = {}) {
    this.#send({ type: 'command', command, data, ...more })
  }

  #send(message: Fields) {
    if (this.socket.readyState !== WebSocket.OPEN) return
    this.#log('app->jambonz', this.path, message)
    this.socket.send(JSON.stringify(message))
  }
}

/** What the script does with a frame that wants an answer; it acks on the line, or does not. */
export type Script = (frame: Frame, line: Line) => void

/** An application in the least possible words: the other end of the simulator in its own tests. */
export class ScriptedApp {
  /** As recorded transcripts have it: what was received and sent, in order. */
  readonly entries: WireEntry[] = []
  readonly lines: Line[] = []
  script: Script
  /** A status for upgrades instead of a socket, while set. */
  refusing?: number
  onEntry?: () => void
  readonly #server: Server
  readonly #sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => [...offered][0] ?? false
  })
  #began = 0

  private constructor(script: Script) {
    this.script = script
    this.#server = createServer((_request, response) => response.writeHead(404).end())
    this.#server.on('upgrade', (request, socket, head) => {
      if (this.refusing !== undefined)
        return void socket.end(`HTTP/1.1 ${this.refusing} No\r\ncontent-length: 0\r\n\r\n`)
      this.#sockets.handleUpgrade(request, socket, head, (client) => this.#take(request, client))
    })
  }

  static async start(script: Script): Promise<ScriptedApp> {
    const app = new ScriptedApp(script)
    await new Promise<void>((resolve) => app.#server.listen(0, '127.0.0.1', resolve))
    return app
  }

  get port() {
    return (this.#server.address() as AddressInfo).port
  }

  get url() {
    return `ws://127.0.0.1:${this.port}/hub`
  }

  /** The newest line on a path. */
  line(path = '/hub'): Line {
    const found = this.lines.findLast((line) => line.path === path)
    if (!found) throw new Error(`Nobody is connected on ${path}`)
    return found
  }

  async stop() {
    for (const { socket } of this.lines) socket.terminate()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  readonly #log = (dir: WireEntry['dir'], path: string, msg: unknown) => {
    this.entries.push({ t: (performance.now() - this.#began) / 1000, dir, path, msg })
    this.onEntry?.()
  }

  #take(request: IncomingMessage, socket: WebSocket) {
    const line = new Line(request, socket, this.#log)
    this.lines.push(line)
    // As in the recordings, time begins with the first connection.
    if (this.lines.length === 1) this.#began = performance.now()
    const { authorization } = request.headers
    this.#log('connect', line.path, { ...(authorization && { authorization }), protocol: socket.protocol })
    const isCall = socket.protocol === 'ws.jambonz.org'
    socket.on('message', (bytes: Buffer, binary) => {
      if (binary) return void line.audio.push(bytes)
      const message = JSON.parse(String(bytes)) as Fields
      if (!isCall) return void line.texts.push(message)
      const frame = message as unknown as Frame
      line.frames.push(frame)
      this.#log('jambonz->app', line.path, frame)
      if (frame.type !== 'call:status' && frame.type !== 'jambonz:error') this.script(frame, line)
    })
  }
}
