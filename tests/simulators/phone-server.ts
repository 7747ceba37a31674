import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'

export interface PhoneFrame {
  type: string
  [field: string]: unknown
}

const rate = 16_000
const frameMs = 20
const keepMs = 15_000

interface Talk {
  id: string
  number: string
  name: string
  headers: Record<string, string>
  state: 'ringing' | 'talking'
  lostAt: number | null
}

/**
 * The far side of the protocol in agent-app/src/lib/phone/README.md: one user's phone, a call at a time. Plays a tone
 * to whoever talks, and keeps what the microphone sent.
 */
export class PhoneServer {
  /** Everything that phones said, in order. */
  readonly said: PhoneFrame[] = []
  /** Samples of the microphone since `forget`. */
  heard: Int16Array[] = []
  /** Told when a phone answers, declines or hangs up. */
  onAnswer: (id: string) => void = () => {}
  onDecline: (id: string, cause: string) => void = () => {}
  onBye: (id: string) => void = () => {}
  hertz = 440
  isAccepting = true
  readonly #upgrades = new WebSocketServer({ noServer: true, handleProtocols: () => 'palabre-phone' })
  #phone: WebSocket | null = null
  #talk: Talk | null = null
  #timer: ReturnType<typeof setInterval> | undefined
  #phase = 0

  takes = (url: string): boolean => url.startsWith('/phone')

  open = (server: Server): void => {
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (!this.takes(request.url ?? '')) return
      if (!this.isAccepting)
        return void socket.end('HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\n\r\n')
      this.#upgrades.handleUpgrade(request, socket, head, (client) => {
        client.on('message', (data: Buffer, isBinary) => {
          if (isBinary) this.#listen(client, data)
          else this.#hear(client, JSON.parse(String(data)) as PhoneFrame)
        })
        client.on('close', () => this.#lost(client))
      })
    })
  }

  get isRegistered(): boolean {
    return this.#phone !== null
  }

  /** Calls the phone. */
  ring(id: string, number: string, name: string, headers: Record<string, string>): void {
    this.#talk = { id, number, name, headers, state: 'ringing', lostAt: null }
    this.#tell({ type: 'ring', id, number, name, headers })
  }

  /** Stops ringing, or ends the call. */
  bye(): void {
    if (!this.#talk) return
    this.#tell({ type: 'bye', id: this.#talk.id })
    this.#over()
  }

  /** The network fails. */
  cut(): void {
    this.#phone?.terminate()
  }

  forget(): void {
    this.heard = []
  }

  /** Strongest of some frequencies in what the microphone sent, and its loudness from 0 to 1. */
  listen(): { loudness: number; samples: number } {
    const samples = this.heard.flatMap((part) => [...part])
    const mean = Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / Math.max(1, samples.length))
    return { loudness: mean / 32_768, samples: samples.length }
  }

  close(): void {
    this.#over()
    this.#phone?.terminate()
    this.#upgrades.close()
  }

  #hear(client: WebSocket, frame: PhoneFrame): void {
    this.said.push(frame)
    const talk = this.#talk
    switch (frame.type) {
      case 'register': {
        const isOther = this.#phone !== null && this.#phone !== client
        const before = this.#phone
        this.#phone = client
        if (isOther) before?.close(4001)
        this.#tell({ type: 'registered', rate })
        if (talk && !isOther && talk.lostAt === null) return
        if (talk && (talk.lostAt === null || Date.now() - talk.lostAt < keepMs))
          this.#tell({ type: 'ring', ...talk, resumed: talk.state === 'talking' })
        return
      }
      case 'unregister':
        this.#phone = null
        if (talk) this.#over()
        return
      case 'answer':
        if (!talk || talk.id !== frame['id']) return this.#tell({ type: 'bye', id: frame['id'] })
        talk.lostAt = null
        this.#tell({ type: 'talking', id: talk.id })
        this.#play()
        if (talk.state === 'ringing') {
          talk.state = 'talking'
          this.onAnswer(talk.id)
        }
        return
      case 'decline':
        if (!talk || talk.id !== frame['id']) return
        this.#over()
        return this.onDecline(talk.id, String(frame['cause']))
      case 'bye':
        if (!talk || talk.id !== frame['id']) return
        this.#over()
        return this.onBye(talk.id)
      case 'ping':
        return this.#tell({ type: 'pong' })
    }
  }

  #listen(client: WebSocket, data: Buffer): void {
    if (client !== this.#phone || this.#talk?.state !== 'talking') return
    this.heard.push(new Int16Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength)))
  }

  #lost(client: WebSocket): void {
    if (client !== this.#phone) return
    this.#phone = null
    clearInterval(this.#timer)
    if (this.#talk) this.#talk.lostAt = Date.now()
  }

  #play(): void {
    clearInterval(this.#timer)
    const samples = (rate * frameMs) / 1000
    this.#timer = setInterval(() => {
      const frame = new Int16Array(samples)
      for (let n = 0; n < samples; n++)
        frame[n] = 8000 * Math.sin((2 * Math.PI * this.hertz * this.#phase++) / rate)
      this.#phone?.send(frame)
    }, frameMs)
  }

  #over(): void {
    clearInterval(this.#timer)
    this.#talk = null
  }

  #tell(frame: PhoneFrame): void {
    this.#phone?.send(JSON.stringify(frame))
  }
}
