import type { SoundSink } from '@palabre/channels/call'
import type { Hub } from '../hub.ts'
import { soundBusOf } from './bus.ts'
import { openKey, sealSegment, segmentName } from './cipher.ts'
import { loudest, measured } from './peaks.ts'
import { Recording, Segment, type RecordingDoc } from './recording.model.ts'
import { settleRecording } from './settle.ts'
import { storeOf } from './store/sound-store.ts'
import { noteKept, noteTrouble } from './trouble.ts'
import { frameBytes, framesOf, msOf } from './wav.ts'

const segmentSeconds = 5
/** What cannot be kept waits, this much of one recording; then the oldest is given up. */
const mostWaiting = 12
/** And so much of all recordings of this node. */
const mostBytesWaiting = 64 * 1024 * 1024
const retryMs = 1000
/** After the end of the sound it is tried for so long. */
const patienceMs = 60_000
/** Sound that is behind its time by so much did not come: the far side threw it away. */
const lostMs = 1000
/** Louder than the noise of a quiet line, of 32,768. */
const loud = 400
/** Who leaves a message and says nothing for so long has finished. */
const quietMs = 5000
/** Sound is passed on to listeners in parts of about this size. */
const passedMs = 100
const duplicateKey = 11000

interface Cut {
  n: number
  /** In frames from the beginning of the recording. */
  from: number
  pcm: Buffer
  /** When what came until this byte came. */
  marks: { at: number; end: number }[]
}

let bytesWaiting = 0

/**
 * Writes one stream of sound as it comes: in sealed segments of a few seconds, each for good before the next. Nothing here
 * keeps the call waiting: what the store does not take in time becomes a gap. Before each segment it is asked whether the
 * stream still counts, so that nothing that came after a pause, or after another took its place, is ever kept.
 */
export class Writer implements SoundSink {
  readonly #hub: Hub
  readonly #doc: RecordingDoc
  readonly #stream: number
  readonly #close: () => void
  readonly #key: Buffer
  readonly #openedAt = Date.now()
  readonly #segmentBytes: number
  readonly #stop: () => void
  /** Of the segment that is being filled. */
  #buffer: Buffer
  #filled = 0
  #marks: Cut['marks'] = []
  #from: number
  #frames = 0
  #n = 0
  readonly #waiting: Cut[] = []
  #isDraining = false
  #draining: Promise<void> = Promise.resolve()
  #endedAt: number | null = null
  /** The stream does not count any more: since when. */
  #cutAt: number | null = null
  #isGone = false
  /** When it was said that the stream may not count any more. */
  #lookedAt: number | null = null
  /** For listeners. */
  #passing: Buffer[] = []
  #passingBytes = 0
  #soundMs = 0
  #quietMs = 0

  /** `doc` as it was when the stream was let in. */
  constructor(hub: Hub, doc: RecordingDoc, close: () => void) {
    this.#hub = hub
    this.#doc = doc
    this.#stream = doc.stream
    this.#close = close
    this.#soundMs = doc.soundMs
    this.#key = openKey(hub, doc._id, doc.key ?? '')
    this.#segmentBytes = segmentSeconds * doc.sampleRate * frameBytes(doc)
    this.#buffer = Buffer.allocUnsafe(this.#segmentBytes)
    this.#from = framesOf(doc, Math.max(0, this.#openedAt - doc.startedAt.getTime()))
    this.#stop = soundBusOf(hub).writes(this.#id, {
      look: () => {
        this.#look()
      },
      flush: () => {
        this.#cut()
        return this.#draining
      }
    })
  }

  write(pcm: Uint8Array): void {
    if (this.#cutAt !== null) return
    this.#pass(pcm)
    this.#listen(pcm)
    for (let at = 0; at < pcm.length;) {
      const part = pcm.subarray(at, at + this.#segmentBytes - this.#filled)
      this.#buffer.set(part, this.#filled)
      this.#filled += part.length
      at += part.length
      this.#marks.push({ at: Date.now(), end: this.#filled })
      if (this.#filled === this.#segmentBytes) this.#cut()
    }
  }

  /** Keys are not part of the sound, and may be secret. */
  key(): void {
    return
  }

  end(): void {
    if (this.#endedAt !== null) return
    this.#endedAt = Date.now()
    this.#stop()
    this.#cut()
    if (this.#waiting.length === 0 && !this.#isDraining) this.#leave()
  }

  get #id() {
    return this.#doc._id.toHexString()
  }

  /** What was filled so far becomes a segment, to be kept. */
  #cut() {
    const pcm = this.#buffer.subarray(0, this.#filled)
    if (pcm.length > 0) {
      this.#waiting.push({ n: this.#n++, from: this.#from, pcm, marks: this.#marks })
      bytesWaiting += pcm.length
      const frames = pcm.length / frameBytes(this.#doc)
      this.#frames += frames
      this.#from += frames + framesOf(this.#doc, this.#lateness())
      this.#buffer = Buffer.allocUnsafe(this.#segmentBytes)
      this.#filled = 0
      this.#marks = []
    }
    this.#makeRoom()
    this.#drain()
  }

  /** Milliseconds by which even the promptest part of this segment came too late: they never came. */
  #lateness(): number {
    const before = this.#frames - this.#filled / frameBytes(this.#doc)
    const late = this.#marks.map(
      ({ at, end }) => at - this.#openedAt - msOf(this.#doc, before + end / frameBytes(this.#doc))
    )
    const least = Math.min(...late) - this.#skippedMs
    if (least < lostMs) return 0
    this.#skippedMs += least
    return least
  }
  #skippedMs = 0

  #makeRoom() {
    while (
      this.#waiting.length > mostWaiting ||
      (bytesWaiting > mostBytesWaiting && this.#waiting.length > 1)
    ) {
      bytesWaiting -= this.#waiting.shift()?.pcm.length ?? 0
      this.#hub.log.warn({ recordingId: this.#id }, 'sound was given up: nothing took it in time')
    }
  }

  /** Was it paused or ended? What came until then is kept now. */
  #look() {
    this.#lookedAt = Date.now()
    this.#cut()
    if (this.#waiting.length === 0) this.#drain(true)
  }

  #drain(isAsked = false) {
    if (this.#isDraining || (this.#waiting.length === 0 && !isAsked)) return
    this.#isDraining = true
    this.#draining = this.#drainAll(isAsked)
      .catch((error: unknown) => {
        this.#hub.log.error({ err: error, recordingId: this.#id }, 'a recording could not be written')
      })
      .finally(() => {
        this.#isDraining = false
        if (this.#waiting.length > 0) this.#drain()
        else if (this.#endedAt !== null) this.#leave()
      })
  }

  async #drainAll(isAsked: boolean) {
    if (isAsked && this.#waiting.length === 0) await this.#counts()
    for (let cut = this.#waiting.shift(); cut; cut = this.#waiting.shift()) {
      try {
        await this.#keep(cut)
        bytesWaiting -= cut.pcm.length
        noteKept(this.#hub, this.#doc.accountId)
      } catch (error) {
        noteTrouble(this.#hub, this.#doc.accountId, error)
        const isHopeless = this.#endedAt !== null && Date.now() - this.#endedAt > patienceMs
        if (isHopeless) bytesWaiting -= cut.pcm.length
        else {
          this.#waiting.unshift(cut)
          this.#makeRoom()
          await new Promise((resolve) => setTimeout(resolve, retryMs).unref())
        }
      }
    }
  }

  async #keep(cut: Cut) {
    await this.#counts()
    if (this.#isGone) return
    const pcm = this.#cutAt === null ? cut.pcm : until(cut, this.#cutAt)
    if (pcm.length === 0) return
    const name = segmentName(this.#doc._id, this.#stream, cut.n)
    await storeOf(this.#hub, this.#doc.store).put(name, sealSegment(this.#key, name, pcm))
    const { channels, sampleRate } = this.#doc
    const segment = {
      _id: name,
      recordingId: this.#doc._id,
      stream: this.#stream,
      n: cut.n,
      from: cut.from,
      frames: pcm.length / frameBytes(this.#doc),
      peaks: measured(pcm, channels, sampleRate)
    }
    try {
      await Segment.collection.insertOne(segment as never)
    } catch (error) {
      // The first try came through after all.
      if ((error as { code?: number }).code !== duplicateKey) throw error
    }
  }

  /** Does the stream still count? If so it is known to bring sound; if not, what came later than that is dropped. */
  async #counts() {
    if (this.#cutAt !== null) return
    const { _id } = this.#doc
    const asked = Date.now()
    const { matchedCount } = await Recording.updateOne(
      { _id, stream: this.#stream, key: { $type: 'string' } },
      {
        ...(this.#endedAt === null && { $set: { heardAt: new Date() } }),
        $max: { soundMs: Math.round(this.#soundMs) }
      }
    )
    if (matchedCount > 0) {
      if (this.#lookedAt !== null && this.#lookedAt <= asked) this.#lookedAt = null
      return
    }
    const doc = (await Recording.findById(_id).lean()) as RecordingDoc | null
    const stream = doc?.streams.find(({ n }) => n === this.#stream)
    this.#isGone = !doc?.key || !stream
    // Another node's clock may be ahead: what came after it was said is later in any case.
    this.#cutAt = Math.min(stream?.to?.getTime() ?? 0, this.#lookedAt ?? Infinity)
    if (doc && !this.#isGone)
      await Recording.updateOne({ _id }, { $max: { soundMs: Math.round(this.#soundMs) } })
    this.#close()
  }

  /** The last of it is kept, or given up. */
  #leave() {
    leaveStream(this.#hub, this.#doc, this.#stream).catch((error: unknown) => {
      this.#hub.log.warn({ err: error, recordingId: this.#id }, 'a recording could not be settled yet')
    })
  }

  #pass(pcm: Uint8Array) {
    const bus = soundBusOf(this.#hub)
    if (!bus.isHeard(this.#id)) {
      this.#passing = []
      this.#passingBytes = 0
      return
    }
    this.#passing.push(Buffer.from(pcm))
    this.#passingBytes += pcm.length
    const { sampleRate } = this.#doc
    if (this.#passingBytes < ((passedMs * sampleRate) / 1000) * frameBytes(this.#doc)) return
    bus.send(this.#id, Buffer.concat(this.#passing))
    this.#passing = []
    this.#passingBytes = 0
  }

  /** Of a message that is left it is heard whether anything is said, and when it is over. */
  #listen(pcm: Uint8Array) {
    if (this.#doc.use !== 'voicemail') return
    const ms = (pcm.length * 1000) / (this.#doc.sampleRate * frameBytes(this.#doc))
    if (loudest(pcm) > loud) {
      this.#soundMs += ms
      this.#quietMs = 0
      return
    }
    const before = this.#quietMs
    this.#quietMs += ms
    if (before < quietMs && this.#quietMs >= quietMs) this.#close()
  }
}

/** What of a segment had come by then. */
function until({ pcm, marks }: Cut, at: number): Buffer {
  return pcm.subarray(0, marks.findLast((mark) => mark.at <= at)?.end ?? 0)
}

/** No more sound comes of this stream: if it still counts, sound is missing from now on. */
async function leaveStream(hub: Hub, { _id }: RecordingDoc, stream: number) {
  await Recording.updateOne({ _id, stream, endedAt: null }, { $set: { heardAt: null } })
  await settleRecording(hub, _id)
}
