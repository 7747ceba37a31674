import { WebSocket } from 'ws'
import type { Fields } from '../frame.ts'
import { isFields } from '../frame.ts'
import { pause } from '../pause.ts'
import type { AudioPort } from './port.ts'
import { frameSamples, fromBytes, interleave, mix, rate, resample, silence, toBytes } from './pcm.ts'
import type { Ticker } from './ticker.ts'
import { readWav } from './wav.ts'

export type MixType = 'mono' | 'mixed' | 'stereo'

export interface StreamOptions {
  url: string
  /** `false`: none is offered. */
  protocol: string | false
  mixType: MixType
  sampleRate: number
  metadata: Fields
  auth?: { username: string; password: string }
  /** The application may send raw audio of this rate. */
  streamingRate?: number
}

/** At most so many sounds wait to be played. */
const mostQueued = 10

/**
 * mod_audio_fork: a socket that carries the sound of one leg to the application. Text first, then 20 ms of L16 at a
 * time; what comes back is played to the leg. It never reconnects.
 */
export class AudioStream {
  readonly closed: Promise<void>
  paused = false
  readonly #port: AudioPort
  readonly #options: StreamOptions
  readonly #socket: WebSocket
  readonly #silence: Buffer
  #leaveTicker?: () => void
  #close!: () => void
  #queue: { samples: Int16Array; id?: string; mark?: string }[] = []
  #playing?: AbortController

  constructor(port: AudioPort, ticker: Ticker, options: StreamOptions) {
    this.#port = port
    this.#options = options
    const channels = options.mixType === 'stereo' ? 2 : 1
    this.#silence = Buffer.alloc(((frameSamples * options.sampleRate) / rate) * 2 * channels)
    this.closed = new Promise((resolve) => (this.#close = resolve))
    const { auth } = options
    this.#socket = new WebSocket(options.url, options.protocol === false ? [] : [options.protocol], {
      ...(auth && { auth: `${auth.username}:${auth.password}` }),
      perMessageDeflate: false,
      // A mask of zeros is a mask; it spares a copy of every frame.
      generateMask: (mask) => void mask.fill(0)
    })
    this.#socket.on('open', () => {
      this.#socket.send(JSON.stringify(options.metadata))
      this.#leaveTicker = ticker.add((slot) => this.#send(slot))
    })
    this.#socket.on('message', (bytes: Buffer, binary) => this.#receive(bytes, binary))
    this.#socket.on('error', () => this.#end())
    this.#socket.on('close', () => this.#end())
  }

  sendDigit(digit: string) {
    if (this.#socket.readyState === WebSocket.OPEN)
      this.#socket.send(JSON.stringify({ event: 'dtmf', dtmf: digit, duration: '1600' }))
  }

  /** Breaks the line as a network would. */
  drop() {
    this.#socket.terminate()
  }

  stop() {
    this.#leaveTicker?.()
    if (this.#socket.readyState === WebSocket.CONNECTING) this.#socket.terminate()
    else this.#socket.close(1000)
    this.#end()
  }

  #send(slot: number) {
    if (!this.paused && this.#socket.readyState === WebSocket.OPEN) this.#socket.send(this.#frame(slot))
  }

  #frame(slot: number): Buffer {
    const { mixType, sampleRate } = this.#options
    if (this.#port.released) return this.#silence
    const own = this.#port.spoken(slot)
    const others = mixType === 'mono' ? silence : this.#port.heard(slot)
    if (own === silence && others === silence) return this.#silence
    if (mixType === 'mono') return toBytes(resample(own, rate, sampleRate))
    if (mixType === 'mixed') return toBytes(resample(mix([own, others]), rate, sampleRate))
    return toBytes(interleave(resample(own, rate, sampleRate), resample(others, rate, sampleRate)))
  }

  #receive(bytes: Buffer, binary: boolean) {
    if (binary) {
      const { streamingRate } = this.#options
      if (streamingRate) this.#enqueue({ samples: resample(fromBytes(bytes), streamingRate, rate) })
      return
    }
    const message: unknown = JSON.parse(String(bytes))
    if (!isFields(message)) return
    if (message['type'] === 'disconnect') return this.stop()
    if (message['type'] === 'killAudio') return this.#hush()
    if (message['type'] === 'clearMarks') this.#queue = this.#queue.filter(({ mark }) => !mark)
    if (!isFields(message['data'])) return
    if (message['type'] === 'playAudio') this.#play(message['data'])
    if (message['type'] === 'mark' && this.#options.streamingRate)
      this.#enqueue({ samples: new Int16Array(), mark: String(message['data']['name']) })
  }

  #play(sound: Fields) {
    const content = Buffer.from(String(sound['audioContent']), 'base64')
    const samples =
      sound['audioContentType'] === 'wave'
        ? readWav(content)
        : resample(fromBytes(content), Number(sound['sampleRate'] ?? rate), rate)
    if (sound['queuePlay'] !== true) this.#hush()
    this.#enqueue({ samples, ...(sound['id'] !== undefined && { id: String(sound['id']) }) })
  }

  #enqueue(sound: { samples: Int16Array; id?: string; mark?: string }) {
    if (!this.#options.streamingRate && this.#queue.length >= mostQueued) return
    this.#queue.push(sound)
    if (!this.#playing) void this.#playQueue((this.#playing = new AbortController()))
  }

  async #playQueue(playing: AbortController) {
    for (let sound = this.#queue.shift(); sound; sound = this.#queue.shift()) {
      if (sound.samples.length) {
        const whole = await pause(this.#port.playPcm(sound.samples), playing.signal)
        if (!whole) return
      }
      if (sound.id !== undefined) this.#tell({ type: 'playDone', data: { id: sound.id } })
      if (sound.mark !== undefined) this.#tell({ type: 'mark', data: { name: sound.mark, event: 'playout' } })
    }
    this.#playing = undefined
  }

  #hush() {
    this.#queue = []
    this.#playing?.abort()
    this.#playing = undefined
    this.#port.play(undefined)
  }

  #tell(message: Fields) {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message))
  }

  #end() {
    this.#leaveTicker?.()
    this.#playing?.abort()
    this.#close()
  }
}
