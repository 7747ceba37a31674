import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { Hub } from '../hub.ts'
import { Refusal, refuse } from '../refuse.ts'
import { identify } from '../sessions/identify.ts'
import type { Who } from '../sessions/who.ts'
import { findRecording } from './access.ts'
import { soundBusOf } from './bus.ts'
import { loadRecording } from './find.ts'
import { traceHearing } from './trace.ts'
import { frameBytes } from './wav.ts'

/** Whether it still runs, and may still be heard, is asked so often. */
const askMs = 2000
/** Who is slower than the talk by so many seconds misses what comes until they are not. */
const behindSeconds = 2

/** Sends what is said from now on, on whatever node it comes in, until the recording ends or may not be heard any more. */
export async function sendLive(
  hub: Hub,
  who: Who,
  token: string,
  id: string,
  reply: FastifyReply
): Promise<FastifyReply> {
  const doc = await findRecording(hub, who, id)
  if (doc.state !== 'running' || doc.endedAt) return refuse('wrong-state')
  await traceHearing(who, doc, 'recording.live')
  const { sampleRate, channels } = doc
  const sound = new Readable({
    read: () => undefined,
    highWaterMark: behindSeconds * sampleRate * frameBytes(doc)
  })
  const look = () => {
    mayGoOn(hub, token, id)
      .then((goesOn) => {
        if (!goesOn && !sound.readableEnded && !sound.destroyed) sound.push(null)
      })
      .catch((error: unknown) => {
        hub.log.warn({ err: error, recordingId: id }, 'who listens could not be looked at')
        sound.destroy()
      })
  }
  const stop = await soundBusOf(hub).listen(id, {
    take(pcm) {
      if (sound.destroyed || sound.readableLength + pcm.length > sound.readableHighWaterMark) return
      sound.push(pcm)
    },
    look
  })
  const timer = setInterval(look, askMs)
  sound.once('close', () => {
    clearInterval(timer)
    stop().catch((error: unknown) => {
      hub.log.debug({ err: error }, 'redis of the sound')
    })
  })
  // The first bytes send the head, so that the player can begin; twenty milliseconds of nothing.
  sound.push(Buffer.alloc((sampleRate / 50) * frameBytes(doc)))
  return reply
    .header('content-type', `audio/pcm;rate=${String(sampleRate)};channels=${String(channels)};bits=16`)
    .header('cache-control', 'no-store')
    .header('x-accel-buffering', 'no')
    .send(sound)
}

/** Does it still run, and may whoever has this session still hear it? */
async function mayGoOn(hub: Hub, token: string, id: string): Promise<boolean> {
  const [who, doc] = await Promise.all([identify(hub, token), loadRecording(id)])
  if (!who || doc?.state !== 'running' || doc.endedAt) return false
  try {
    await findRecording(hub, who, id)
    return true
  } catch (error) {
    if (error instanceof Refusal) return false
    throw error
  }
}
