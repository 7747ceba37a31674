import { ringHeaders, type Credentials, type LineHearer, type PhoneLine } from './line.ts'
import { replacedCode, rates, type FromPhone, type Rate, type ToPhone } from './protocol.ts'

/** What the line needs of a WebSocket. */
export interface LineSocket {
  send: (data: string | ArrayBuffer) => void
  close: (code?: number) => void
  onopen: (() => void) | null
  onmessage: ((event: { data: unknown }) => void) | null
  onclose: ((event: { code: number }) => void) | null
}

/** Sound of one call: 16-bit samples both ways. */
export interface LineAudio {
  play: (samples: ArrayBuffer) => void
  speakInto: (microphone: MediaStream) => void
  close: () => void
}

export interface SocketPorts {
  connect: (server: string) => LineSocket
  audio: (rate: Rate, microphone: MediaStream, speak: (samples: ArrayBuffer) => void) => LineAudio
  after: (ms: number, run: () => void) => () => void
  random: () => number
}

const firstWaitMs = 500
const longestWaitMs = 15_000
const heartbeatMs = 15_000
const answerMs = 8000
/** A server that kept the call says so at once when the phone is back. */
const resumeMs = 3000

/** A phone over one plain WebSocket (README.md). After a loss it registers again and goes on with its call. */
export class SocketLine implements PhoneLine {
  readonly #hearer: LineHearer
  readonly #ports: SocketPorts
  #credentials: Credentials
  #socket: LineSocket | null = null
  #wanted = false
  #attempts = 0
  #rate: Rate = 16_000
  #cancelWait = () => {}
  #cancelBeat = () => {}
  #cancelResume = () => {}
  #talk: { id: string; microphone: MediaStream; audio: LineAudio | null } | null = null

  constructor(credentials: Credentials, hearer: LineHearer, ports: SocketPorts) {
    this.#credentials = credentials
    this.#hearer = hearer
    this.#ports = ports
  }

  start(): void {
    this.#wanted = true
    this.#open()
  }

  renew(credentials: Credentials): void {
    this.#credentials = credentials
    this.#register()
  }

  hurry(): void {
    if (!this.#wanted || this.#socket) return
    this.#cancelWait()
    this.#open()
  }

  answer(id: string, microphone: MediaStream): void {
    this.#talk = { id, microphone, audio: null }
    this.#say({ type: 'answer', id })
  }

  decline(id: string, cause: 'declined' | 'busy'): void {
    this.#say({ type: 'decline', id, cause })
  }

  hangUp(id: string): void {
    this.#say({ type: 'bye', id })
    this.#over(id, 'hungUp')
  }

  press(id: string, keys: string): void {
    this.#say({ type: 'dtmf', id, keys })
  }

  speakInto(microphone: MediaStream): void {
    if (!this.#talk) return
    this.#talk.microphone = microphone
    this.#talk.audio?.speakInto(microphone)
  }

  close(): void {
    this.#wanted = false
    this.#say({ type: 'unregister' })
    this.#silence()
    this.#drop()
  }

  #open(): void {
    const socket = this.#ports.connect(this.#credentials.server)
    this.#socket = socket
    socket.onopen = () => this.#register()
    socket.onmessage = ({ data }) => {
      if (this.#socket !== socket) return
      this.#beat()
      if (typeof data === 'string') this.#hear(JSON.parse(data) as ToPhone)
      else if (data instanceof ArrayBuffer) this.#talk?.audio?.play(data)
    }
    socket.onclose = ({ code }) => {
      if (this.#socket !== socket) return
      this.#drop()
      if (code !== replacedCode) return this.#lost()
      this.#wanted = false
      this.#silence()
      this.#hearer.replaced()
    }
  }

  #register(): void {
    const { user, password, uri } = this.#credentials
    this.#say({ type: 'register', user, password, uri, rates })
    this.#beat()
  }

  #hear(frame: ToPhone): void {
    switch (frame.type) {
      case 'registered':
        this.#attempts = 0
        this.#rate = frame.rate
        this.#hearer.registered()
        if (this.#talk) this.#awaitResume(this.#talk.id)
        return
      case 'refused':
        return this.#hearer.refused()
      case 'ring': {
        const { id, number, name, headers, resumed = false } = frame
        if (resumed && this.#talk?.id === id) return this.#say({ type: 'answer', id })
        return this.#hearer.rings({
          id,
          number,
          name,
          callId: headers[ringHeaders.call] ?? null,
          interactionId: headers[ringHeaders.interaction] ?? null,
          resumed
        })
      }
      case 'talking': {
        if (this.#talk?.id !== frame.id) return
        this.#cancelResume()
        this.#talk.audio ??= this.#ports.audio(this.#rate, this.#talk.microphone, (samples) => {
          if (this.#socket) this.#socket.send(samples)
        })
        this.#hearer.talks(frame.id)
        return this.#hearer.sound(true)
      }
      case 'bye':
        return this.#over(frame.id, 'hungUp')
      case 'pong':
        return
    }
  }

  #awaitResume(id: string): void {
    this.#cancelResume()
    this.#cancelResume = this.#ports.after(resumeMs, () => this.#over(id, 'failed'))
  }

  #over(id: string, how: 'hungUp' | 'failed'): void {
    if (this.#talk?.id === id) this.#silence()
    this.#hearer.ended(id, how)
  }

  #silence(): void {
    this.#cancelResume()
    this.#talk?.audio?.close()
    this.#talk = null
  }

  #lost(): void {
    if (!this.#wanted) return
    if (this.#talk) this.#hearer.sound(false)
    this.#hearer.lost()
    const wait =
      Math.min(longestWaitMs, firstWaitMs * 2 ** this.#attempts++) * (0.5 + this.#ports.random() / 2)
    this.#cancelWait()
    this.#cancelWait = this.#ports.after(wait, () => this.#open())
  }

  /** Asks when nothing was heard for a while; a server that does not answer then is gone. */
  #beat(): void {
    this.#cancelBeat()
    this.#cancelBeat = this.#ports.after(heartbeatMs, () => {
      this.#say({ type: 'ping' })
      this.#cancelBeat = this.#ports.after(answerMs, () => {
        this.#drop()
        this.#lost()
      })
    })
  }

  #drop(): void {
    this.#cancelBeat()
    this.#cancelWait()
    const socket = this.#socket
    this.#socket = null
    socket?.close()
  }

  #say(frame: FromPhone): void {
    this.#socket?.send(JSON.stringify(frame))
  }
}
