import type { Recording } from '@palabre/config/contract/recording'
import type { Call } from '@palabre/config/contract/call'
import type { ServerResponse } from 'node:http'
import { Refuse, type Answers, type Asked, type WritesItself } from './asked.ts'
import { ago, newId } from './world.ts'

/** A hub that keeps nothing of what is said. */
export const noRecordings: Answers = { 'recording.list': () => ({ items: [] }) }

const rate = 8000
const stretches = 1000
const headBytes = 44
const chunkMs = 40

/** Loudness 0…1 of a side at a moment: two people who take turns, in syllables. */
function loudness(side: number, ms: number, channels: number): number {
  const turn = Math.floor(ms / 4300 + Math.sin(ms / 9000))
  if (channels === 2 && turn % 2 !== side) return 0.015
  const syllable = Math.abs(Math.sin(ms / 130) * Math.sin(ms / 910) * Math.cos(ms / 3700 + side))
  return 0.03 + 0.6 * syllable
}

const isQuiet = ({ gaps, ms }: Recording, at: number) =>
  gaps.some(({ fromMs, toMs }) => at >= fromMs && at < (toMs ?? ms))

/** A tone for each side (left 330 Hz, right 550 Hz) in the rhythm of speech; silence where nothing was kept. */
function soundOf(recording: Recording): Buffer {
  const { ms, channels } = recording
  const count = Math.floor((ms * rate) / 1000)
  const head = Buffer.alloc(headBytes)
  const bytes = count * channels * 2
  head.write('RIFF', 0)
  head.writeUInt32LE(36 + bytes, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(channels, 22)
  head.writeUInt32LE(rate, 24)
  head.writeUInt32LE(rate * channels * 2, 28)
  head.writeUInt16LE(channels * 2, 32)
  head.writeUInt16LE(16, 34)
  head.write('data', 36)
  head.writeUInt32LE(bytes, 40)
  return Buffer.concat([head, samplesOf(recording, 0, count)])
}

function samplesOf(recording: Recording, from: number, count: number): Buffer {
  const { channels } = recording
  const data = Buffer.alloc(count * channels * 2)
  for (let n = 0; n < count; n++) {
    const at = ((from + n) / rate) * 1000
    const quiet = isQuiet(recording, at)
    for (let side = 0; side < channels; side++) {
      const tone = Math.sin(((from + n) / rate) * 2 * Math.PI * (side ? 550 : 330))
      data.writeInt16LE(
        quiet ? 0 : Math.round(32_000 * loudness(side, at, channels) * tone),
        (n * channels + side) * 2
      )
    }
  }
  return data
}

const peaksOf = (recording: Recording): number[][] =>
  Array.from({ length: recording.channels }, (_, side) =>
    Array.from({ length: stretches }, (_, n) => {
      const at = (n / stretches) * recording.ms
      return isQuiet(recording, at) ? 0 : Math.round(127 * loudness(side, at, recording.channels))
    })
  )

/** By byte range, as players ask. */
const rangeOf =
  (sound: Buffer, name: string | null): WritesItself =>
  (request, response) => {
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '')
    const from = Number(range?.[1] ?? 0)
    const to = range?.[2] ? Number(range[2]) : sound.length - 1
    response.writeHead(range ? 206 : 200, {
      'content-type': 'audio/wav',
      'accept-ranges': 'bytes',
      'content-length': to - from + 1,
      ...(range && { 'content-range': `bytes ${from}-${to}/${sound.length}` }),
      ...(name && { 'content-disposition': `attachment; filename="${name}"` })
    })
    response.end(sound.subarray(from, to + 1))
  }

/** The recordings of a small world, with sound. */
export class RecordingDesk {
  readonly items: Recording[] = []
  /** Who hears something that goes on. */
  readonly listeners = new Set<ServerResponse>()
  /** What was downloaded or played: by id, with the range that was asked for. */
  readonly heard: { id: string; range: string | undefined }[] = []

  add(call: Call, change: Partial<Recording> = {}): Recording {
    const recording: Recording = {
      id: newId(),
      version: 1,
      callId: call.id,
      interactionId: call.interactionId,
      use: 'call',
      state: 'kept',
      channels: 2,
      sampleRate: rate,
      ms: 94_000,
      gaps: [],
      notes: [],
      startedAt: call.talkingSince ?? call.startedAt,
      endedAt: ago(0),
      expiresAt: ago(-90 * 86_400),
      ...change
    }
    this.items.push(recording)
    return recording
  }

  change(recording: Recording, part: Partial<Recording>): Recording {
    return Object.assign(recording, part, { version: recording.version + 1 })
  }

  /** Those who listen hear its end. */
  end(): void {
    for (const response of this.listeners) response.end()
  }

  readonly answers: Answers = {
    'recording.list': ({ params }) => ({
      items: this.items.filter(({ interactionId }) => interactionId === params['id'])
    }),
    'recording.peaks': (asked) => {
      const recording = this.#one(asked)
      return { ms: recording.ms, peaks: peaksOf(recording) }
    },
    'recording.hear': (asked): WritesItself => {
      const recording = this.#one(asked)
      const write = rangeOf(soundOf(recording), asked.query['download'] ? `${recording.id}.wav` : null)
      return (request, response) => {
        this.heard.push({ id: recording.id, range: request.headers.range })
        write(request, response)
      }
    },
    'recording.live': (asked): WritesItself => {
      const recording = this.#one(asked)
      if (recording.state !== 'running') throw new Refuse('wrong-state')
      return (_request, response) => this.#stream(recording, response)
    },
    'recording.note': (asked) => {
      const recording = this.#one(asked)
      const { user } = asked.world.me!
      const note = { id: newId(), ...asked.body, byId: user.id, byName: user.name, at: ago(0) }
      return this.change(recording, { notes: [...recording.notes, note] })
    },
    'recording.removeNote': (asked) => {
      const recording = this.#one(asked)
      const note = recording.notes.find(({ id }) => id === asked.params['noteId'])
      if (!note) throw new Refuse('not-found')
      if (note.byId !== asked.world.me!.user.id) throw new Refuse('not-yours')
      return this.change(recording, { notes: recording.notes.filter((one) => one !== note) })
    },
    'recording.erase': (asked) => {
      this.change(this.#one(asked), { state: 'erased', notes: [] })
      return { ok: true }
    }
  }

  #one({ params }: Asked): Recording {
    const recording = this.items.find(({ id }) => id === params['id'])
    if (!recording || recording.state === 'erased') throw new Refuse('not-found')
    return recording
  }

  #stream(recording: Recording, response: ServerResponse): void {
    const count = (rate * chunkMs) / 1000
    let from = 0
    this.listeners.add(response)
    response.writeHead(200, { 'content-type': 'application/octet-stream' })
    const timer = setInterval(() => {
      response.write(samplesOf({ ...recording, gaps: [] }, from, count))
      from += count
    }, chunkMs)
    response.on('close', () => {
      clearInterval(timer)
      this.listeners.delete(response)
    })
  }
}
