import { model, Schema, type Types } from 'mongoose'
import type { Recording as RecordingWire } from '@palabre/config/contract/recording'
import { loggedSchema, type Logged } from '../record/logged.ts'
import { told } from '../record/relay.ts'
import { idText, timeText } from '../wire.ts'

export interface NoteDoc {
  id: Types.ObjectId
  atMs: number
  text: string
  byId: Types.ObjectId
  byName: string
  at: Date
}

/** A socket of sound that was let in, from when, until another took its place, or it was paused or ended. */
export interface StreamDoc {
  n: number
  from: Date
  to: Date | null
}

/** The sound of a talk, or a message that was left. Where it is silent, and how long it is, stands in its segments. */
export interface RecordingDoc extends Logged {
  callId: Types.ObjectId
  interactionId: Types.ObjectId | null
  accountId: Types.ObjectId
  use: RecordingWire['use']
  state: RecordingWire['state']
  channels: number
  sampleRate: number
  /** Its call while it is open; unique, and absent afterwards. */
  openKey?: string | undefined
  /** The data key, sealed; null once it is erased. */
  key: string | null
  store: 'gridfs' | 's3'
  /** Sound was ordered so many times, last at. */
  ordered: number
  orderedAt: Date
  /** The order whose sound counts; a writer of an earlier one writes no more. */
  stream: number
  streams: StreamDoc[]
  /** When the stream that counts was last known to bring sound; null when it is known to bring none. */
  heardAt: Date | null
  pauses: { from: Date; to: Date | null }[]
  /** Sound that is no silence, as far as it was heard, kept or not. */
  soundMs: number
  ms: number
  gaps: RecordingWire['gaps']
  notes: NoteDoc[]
  startedAt: Date
  endedAt: Date | null
  expiresAt: Date | null
  /** Where a message that was left is queued; null: in the interaction that waits already. */
  queueId: Types.ObjectId | null
  /** A message that was left is not in its interaction yet. */
  isUndelivered: boolean
  /** When the sweep looks at it next. */
  dueAt: Date | null
}

const schema = loggedSchema<RecordingDoc>(
  {
    callId: 'ObjectId',
    interactionId: { type: 'ObjectId', default: null },
    accountId: 'ObjectId',
    use: String,
    state: String,
    channels: Number,
    sampleRate: Number,
    openKey: String,
    key: { type: String, default: null },
    store: String,
    ordered: Number,
    orderedAt: Date,
    stream: Number,
    streams: { type: Array, default: [] },
    heardAt: { type: Date, default: null },
    pauses: { type: Array, default: [] },
    soundMs: { type: Number, default: 0 },
    ms: { type: Number, default: 0 },
    gaps: { type: Array, default: [] },
    notes: { type: Array, default: [] },
    startedAt: Date,
    endedAt: { type: Date, default: null },
    expiresAt: { type: Date, default: null },
    queueId: { type: 'ObjectId', default: null },
    isUndelivered: { type: Boolean, default: false },
    dueAt: { type: Date, default: null }
  },
  'recordings'
)
schema.index({ openKey: 1 }, { unique: true, partialFilterExpression: { openKey: { $type: 'string' } } })
schema.index({ interactionId: 1, startedAt: 1 })
schema.index({ callId: 1, startedAt: 1 })
schema.index({ dueAt: 1 }, { partialFilterExpression: { dueAt: { $type: 'date' } } })

export const Recording = model<RecordingDoc>('Recording', schema)

/** A few seconds of a recording that are kept. `peaks`: the loudest sample of each stretch and channel, 0 to 127. */
export interface SegmentDoc {
  /** The name under which its sound is stored. */
  _id: string
  recordingId: Types.ObjectId
  stream: number
  n: number
  /** In frames from the beginning of the recording. */
  from: number
  frames: number
  peaks: { buffer: Uint8Array } | Buffer
}

const segmentSchema = new Schema<SegmentDoc>(
  {
    _id: String,
    recordingId: 'ObjectId',
    stream: Number,
    n: Number,
    from: Number,
    frames: Number,
    peaks: Buffer
  },
  { collection: 'recordingSegments', versionKey: false, strict: 'throw' }
)
segmentSchema.index({ recordingId: 1, from: 1 })

export const Segment = model<SegmentDoc>('RecordingSegment', segmentSchema)

/** One recording at most is open for a call and use. */
export const openKeyOf = (use: RecordingDoc['use'], callId: Types.ObjectId) =>
  `${use}:${callId.toHexString()}`

export const presentRecording = (doc: RecordingDoc): RecordingWire => ({
  id: doc._id.toHexString(),
  version: doc.version,
  callId: doc.callId.toHexString(),
  interactionId: idText(doc.interactionId),
  use: doc.use,
  state: doc.state,
  channels: doc.channels,
  sampleRate: doc.sampleRate,
  ms: doc.ms,
  gaps: doc.gaps,
  notes: doc.notes.map(({ id, atMs, text, byId, byName, at }) => ({
    id: id.toHexString(),
    atMs,
    text,
    byId: byId.toHexString(),
    byName,
    at: at.toISOString()
  })),
  startedAt: doc.startedAt.toISOString(),
  endedAt: timeText(doc.endedAt),
  expiresAt: timeText(doc.expiresAt)
})

/** Nobody hears of it as an event: whoever shows a recording hears of its call. Its story becomes facts and traces. */
export const recordingTold = told<RecordingDoc>({
  noun: 'recording',
  model: Recording,
  tell: () => [],
  dimensions: (doc) => ({ accountId: doc.accountId, interactionId: doc.interactionId })
})
