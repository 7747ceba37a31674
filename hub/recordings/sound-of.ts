import type { Hub } from '../hub.ts'
import { openKey, openSegment } from './cipher.ts'
import type { Bytes } from './byte-range.ts'
import type { RecordingDoc } from './recording.model.ts'
import { storeOf } from './store/sound-store.ts'
import type { Timeline } from './timeline.ts'
import { frameBytes, wavHeader, wavHeaderBytes } from './wav.ts'

const silence = Buffer.alloc(65_536)

/** A part of the WAV file of a recording. What was not kept is silence, so that its time is real. */
export async function* soundOf(
  hub: Hub,
  doc: RecordingDoc,
  { pieces, frames }: Timeline,
  { from, end }: Bytes
): AsyncGenerator<Buffer> {
  if (from < wavHeaderBytes) yield wavHeader(doc, frames).subarray(from, Math.min(end, wavHeaderBytes))
  const align = frameBytes(doc)
  const key = openKey(hub, doc._id, doc.key ?? '')
  const store = storeOf(hub, doc.store)
  const last = end - wavHeaderBytes
  let at = Math.max(0, from - wavHeaderBytes)
  for (const piece of pieces) {
    const begin = piece.from * align
    const over = begin + piece.frames * align
    if (over <= at) continue
    yield* quiet(Math.min(begin, last) - at)
    at = Math.max(at, Math.min(begin, last))
    if (at >= last) return
    const pcm = openSegment(key, piece.name, await store.get(piece.name))
    yield pcm.subarray(at - begin, Math.min(over, last) - begin)
    at = Math.min(over, last)
  }
  yield* quiet(last - at)
}

function* quiet(bytes: number): Generator<Buffer> {
  for (let left = bytes; left > 0; left -= silence.length)
    yield silence.subarray(0, Math.min(left, silence.length))
}
