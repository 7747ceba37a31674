import type { RawData, WebSocket } from 'ws'
import type { OpenSound, Sound, SoundSink } from '../call.ts'
import { isRecord, recordIn, textIn, idIn, numberIn } from './fields.ts'
import { keepAlive } from './keep-alive.ts'
import { limits } from './limits.ts'
import type { VoiceAccount } from './settings.ts'

/**
 * Serves one socket of FreeSWITCH's audio fork: one frame of JSON (camel case, unlike jambonz's own), then L16 PCM, and JSON
 * again for keys. What comes before the hub has a place for it is kept, up to a bound.
 */
export function hear(
  socket: WebSocket,
  _account: VoiceAccount,
  open: OpenSound,
  times: { soundStartMs: number; pingMs: number } = limits
): void {
  new Hearing(socket, open, times.soundStartMs)
  keepAlive(socket, times.pingMs)
}

class Hearing {
  private readonly socket: WebSocket
  private readonly open: OpenSound
  private isBegun = false
  private isEnded = false
  private isRefused = false
  private sink: SoundSink | null = null
  /** In order, what came while the hub made a place. */
  private pending: (Uint8Array | string)[] = []
  private pendingBytes = 0
  /** The beginning of a sample whose end comes with the next frame. */
  private rest: Uint8Array = new Uint8Array(0)
  private sampleBytes = 2

  constructor(socket: WebSocket, open: OpenSound, startMs: number) {
    this.socket = socket
    this.open = open
    const patience = setTimeout(() => {
      if (!this.isBegun) this.refuse(1002)
    }, startMs)
    patience.unref()
    socket.on('message', (raw, isBinary) => {
      this.read(raw, isBinary)
    })
    socket.on('error', () => {
      socket.terminate()
    })
    socket.once('close', () => {
      clearTimeout(patience)
      // What was heard of a short message still goes to the place that is being made for it.
      this.isEnded = true
      this.sink?.end()
    })
  }

  private read(raw: RawData, isBinary: boolean) {
    if (!Buffer.isBuffer(raw)) return this.refuse(1003)
    if (isBinary) return this.isBegun ? this.take(raw) : this.refuse(1002)
    if (!this.isBegun) return this.begin(raw.toString())
    const key = keyIn(raw.toString())
    if (key !== null) this.take(key)
  }

  private begin(text: string) {
    const sound = soundIn(text)
    if (!sound) return this.refuse(1002)
    this.isBegun = true
    this.sampleBytes = 2 * sound.channels
    Promise.resolve(sound)
      .then((begun) =>
        this.open(begun, () => {
          this.finish()
        })
      )
      .then((sink) => {
        this.place(sink)
      })
      // The hub has no place for it; what was wrong is in its own log.
      .catch(() => {
        this.refuse(1011)
      })
  }

  private place(sink: SoundSink | null) {
    if (!sink) return this.refuse(1008)
    this.sink = sink
    const pending = this.pending
    this.pending = []
    for (const one of pending) this.give(sink, one)
    if (this.isEnded) sink.end()
  }

  private take(one: Uint8Array | string) {
    if (this.isRefused) return
    if (this.sink) return this.give(this.sink, one)
    this.pendingBytes += one.length
    if (this.pendingBytes > limits.soundBytesPending) return this.refuse(1008)
    this.pending.push(one)
  }

  private give(sink: SoundSink, one: Uint8Array | string) {
    if (typeof one === 'string') return sink.key(one)
    const bytes = this.rest.length === 0 ? one : Buffer.concat([this.rest, one])
    const whole = bytes.length - (bytes.length % this.sampleBytes)
    this.rest = bytes.slice(whole)
    if (whole > 0) sink.write(bytes.subarray(0, whole))
  }

  /** jambonz ends its side of what it is told to disconnect, and a `listen` that waits for it goes on. */
  private finish() {
    if (this.isEnded) return
    this.socket.send(JSON.stringify({ type: 'disconnect' }))
    setTimeout(() => {
      this.socket.close(1000)
    }, limits.soundEndMs).unref()
  }

  private refuse(code: number) {
    this.isRefused = true
    this.pending = []
    this.socket.close(code)
  }
}

/** The first frame; null when it is not one, or of sound that is not understood. */
export function soundIn(text: string): Sound | null {
  const start = jsonIn(text)
  if (!start) return null
  const partyId = idIn(start, 'callSid')
  const sampleRate = numberIn(start, 'sampleRate')
  if (partyId === null || sampleRate === null || sampleRate < 8_000 || sampleRate > 64_000) return null
  const order = Object.entries(recordIn(start, 'order')).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string'
  )
  return {
    metadata: Object.fromEntries(order),
    partyId,
    channels: textIn(start, 'mixType') === 'stereo' ? 2 : 1,
    sampleRate
  }
}

function keyIn(text: string): string | null {
  const event = jsonIn(text)
  const key = event && textIn(event, 'event') === 'dtmf' ? textIn(event, 'dtmf') : ''
  return /^[0-9*#A-D]$/.test(key) ? key : null
}

function jsonIn(text: string) {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : null
  } catch {
    return null
  }
}
