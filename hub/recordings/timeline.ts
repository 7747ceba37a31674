import type { RecordingDoc, SegmentDoc } from './recording.model.ts'
import { framesOf, msOf } from './wav.ts'

/** A stretch of a recording that is kept: so many frames from `from` on, of a segment from its beginning. */
export interface Piece {
  name: string
  from: number
  frames: number
}

export interface Timeline {
  pieces: Piece[]
  /** From the beginning to the end of the last piece. */
  frames: number
  gaps: RecordingDoc['gaps']
}

/** Shorter holes are the time that a socket takes to open, and nothing is missing in them. */
const holeMs = 300
/** Sound that did not come for so long at the end of a running recording does not come now. */
const lateMs = 12_000

type Timed = Pick<RecordingDoc, 'channels' | 'sampleRate' | 'startedAt' | 'endedAt' | 'pauses'>
type Kept = Pick<SegmentDoc, '_id' | 'stream' | 'from' | 'frames'>

/**
 * Where the kept segments of a recording stand in its time, and what is not kept. Where two streams say something of the
 * same moment, the later one is right: it was begun because the earlier one was given up.
 */
export function timelineOf(doc: Timed, segments: readonly Kept[], now: Date): Timeline {
  const sorted = [...segments].sort((a, b) => a.from - b.from || b.stream - a.stream)
  const pieces: Piece[] = []
  let end = 0
  for (const [i, { _id, from, frames }] of sorted.entries()) {
    const next = sorted[i + 1]
    const until = Math.min(from + frames, next ? Math.max(next.from, from) : Infinity)
    if (from < end || until <= from) continue
    pieces.push({ name: _id, from, frames: until - from })
    end = until
  }
  return { pieces, frames: end, gaps: gapsOf(doc, pieces, end, now) }
}

function gapsOf(doc: Timed, pieces: Piece[], end: number, now: Date): RecordingDoc['gaps'] {
  const gaps: RecordingDoc['gaps'] = []
  const add = (fromMs: number, toMs: number | null) => {
    const until = toMs ?? Infinity
    const isPaused = doc.pauses.some(({ from, to }) => {
      const begin = from.getTime() - doc.startedAt.getTime()
      return begin < until && (to ? to.getTime() - doc.startedAt.getTime() : Infinity) > fromMs
    })
    gaps.push({ fromMs, toMs, why: isPaused ? 'paused' : 'missing' })
  }
  let at = 0
  for (const piece of pieces) {
    if (piece.from - at > framesOf(doc, holeMs)) add(msOf(doc, at), msOf(doc, piece.from))
    at = piece.from + piece.frames
  }
  if (doc.endedAt) return gaps
  const last = doc.pauses.at(-1)
  const silentMs = now.getTime() - doc.startedAt.getTime() - msOf(doc, end)
  if ((last && !last.to) || silentMs > lateMs) add(msOf(doc, end), null)
  return gaps
}
