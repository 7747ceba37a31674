import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Hub } from '../hub.ts'
import { refuse } from '../refuse.ts'
import type { Who } from '../sessions/who.ts'
import { findRecording } from './access.ts'
import { rangeOf } from './byte-range.ts'
import { readTimeline } from './extent.ts'
import type { RecordingDoc } from './recording.model.ts'
import { soundOf } from './sound-of.ts'
import { traceHearing } from './trace.ts'
import { frameBytes, wavHeaderBytes } from './wav.ts'

/** Only what is kept can be heard; a running one as far as it is. */
export const audible = (doc: RecordingDoc): RecordingDoc =>
  doc.key !== null && (doc.state === 'running' || doc.state === 'kept') ? doc : refuse('wrong-state')

/** Sends the sound as WAV, all of it or the part that is asked for; that it is heard is traced first. */
export async function sendSound(
  hub: Hub,
  who: Who,
  id: string,
  isDownload: boolean,
  request: FastifyRequest,
  reply: FastifyReply
): Promise<FastifyReply> {
  const doc = audible(await findRecording(hub, who, id))
  const timeline = await readTimeline(doc)
  const total = wavHeaderBytes + timeline.frames * frameBytes(doc)
  const range = rangeOf(request.headers.range, total)
  void reply
    .header('accept-ranges', 'bytes')
    .header('cache-control', 'private, no-store')
    .header('x-content-type-options', 'nosniff')
  if (range === 'outside')
    return reply
      .header('content-range', `bytes */${String(total)}`)
      .code(416)
      .send()
  await traceHearing(who, doc, isDownload ? 'recording.download' : 'recording.hear')
  const { from, end } = range ?? { from: 0, end: total }
  if (range)
    void reply.code(206).header('content-range', `bytes ${String(from)}-${String(end - 1)}/${String(total)}`)
  if (isDownload)
    void reply.header('content-disposition', `attachment; filename="recording-${doc._id.toHexString()}.wav"`)
  const sound = Readable.from(soundOf(hub, doc, timeline, { from, end }), { objectMode: false })
  sound.once('error', (error) => {
    hub.log.error({ err: error, recordingId: doc._id.toHexString() }, 'a recording could not be read')
  })
  return reply
    .header('content-type', 'audio/wav')
    .header('content-length', end - from)
    .send(sound)
}
