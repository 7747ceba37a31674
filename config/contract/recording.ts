import { Type, type Static } from 'typebox'
import { ById, Done, Exact, Id, Nullable, OneOf, Time, Version, defineRoute } from './define.ts'

/** `call`: of people who talk, both sides apart; `voicemail`: of somebody who left a message. */
export const recordingUses = ['call', 'voicemail'] as const

/** `lost`: the sound never came, or could not be kept; `erased`: its time was over. */
export const recordingStates = ['running', 'kept', 'lost', 'erased'] as const

/** A stretch that was not kept: paused by somebody, or missing because a line or the store was down. */
export const RecordingGap = Type.Object({
  fromMs: Type.Integer({ minimum: 0 }),
  toMs: Nullable(Type.Integer({ minimum: 0, description: 'Null while it lasts' })),
  why: OneOf(['paused', 'missing'])
})

/** What somebody wrote at a moment of a recording. */
export const RecordingNote = Type.Object({
  id: Id,
  atMs: Type.Integer({ minimum: 0 }),
  text: Type.String(),
  byId: Id,
  byName: Type.String(),
  at: Time
})
export type RecordingNote = Static<typeof RecordingNote>

/** The kept sound of a call. Milliseconds count from its beginning; pauses are silence of their real length. */
export const Recording = Type.Object({
  id: Id,
  version: Version,
  callId: Id,
  interactionId: Nullable(Id),
  use: OneOf(recordingUses),
  state: OneOf(recordingStates),
  /** 1, or 2: left the customer, right whom they hear. */
  channels: Type.Integer({ minimum: 1, maximum: 2 }),
  sampleRate: Type.Integer(),
  ms: Type.Integer({ minimum: 0 }),
  gaps: Type.Array(RecordingGap),
  notes: Type.Array(RecordingNote),
  startedAt: Time,
  endedAt: Nullable(Time),
  /** When it is erased; null: never. */
  expiresAt: Nullable(Time)
})
export type Recording = Static<typeof Recording>

const listening = { permission: 'recording:listen', params: ById } as const

export const listRecordings = defineRoute({
  ...listening,
  name: 'recording.list',
  summary: 'Recordings of an interaction that you may hear, oldest first',
  method: 'GET',
  url: '/api/interactions/:id/recordings',
  reply: Type.Object({ items: Type.Array(Recording) })
})

export const readPeaks = defineRoute({
  ...listening,
  name: 'recording.peaks',
  summary:
    'The loudest sample of each stretch, for a waveform: a list a channel, 0 to 127, at most 2,000 stretches',
  method: 'GET',
  url: '/api/recordings/:id/peaks',
  reply: Type.Object({ ms: Type.Integer(), peaks: Type.Array(Type.Array(Type.Integer())) })
})

export const hearRecording = defineRoute({
  ...listening,
  name: 'recording.hear',
  summary: 'The sound as WAV (16-bit PCM), whole or by byte range; who heard it is kept',
  method: 'GET',
  url: '/api/recordings/:id/sound',
  query: Exact({ download: Type.Optional(Type.Literal('1')) }),
  reply: Type.Unknown(),
  download: true
})

export const hearLive = defineRoute({
  ...listening,
  name: 'recording.live',
  summary:
    'What is being said, from now on: raw 16-bit little-endian PCM of the recording’s rate and channels, as it comes, until it ends',
  method: 'GET',
  url: '/api/recordings/:id/live',
  reply: Type.Unknown(),
  download: true
})

export const writeRecordingNote = defineRoute({
  ...listening,
  name: 'recording.note',
  summary: 'Writes a note at a moment of a recording',
  method: 'POST',
  url: '/api/recordings/:id/notes',
  body: Exact({
    atMs: Type.Integer({ minimum: 0, maximum: 86_400_000 }),
    text: Type.String({ minLength: 1, maxLength: 2_000, pattern: '\\S' })
  }),
  reply: Recording
})

export const removeRecordingNote = defineRoute({
  name: 'recording.removeNote',
  summary: 'Removes a note of yours',
  method: 'DELETE',
  url: '/api/recordings/:id/notes/:noteId',
  permission: 'recording:listen',
  params: Exact({ id: Id, noteId: Id }),
  reply: Recording
})

export const eraseRecording = defineRoute({
  name: 'recording.erase',
  summary: 'Erases a recording before its time; that it was there is kept',
  method: 'DELETE',
  url: '/api/recordings/:id',
  permission: 'recording:erase',
  params: ById,
  reply: Done,
  audited: true
})
