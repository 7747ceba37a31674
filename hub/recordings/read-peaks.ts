import type { Reply } from '@palabre/config/contract/define'
import type { readPeaks as route } from '@palabre/config/contract/recording'
import type { Hub } from '../hub.ts'
import type { Who } from '../sessions/who.ts'
import { findRecording } from './access.ts'
import { audible } from './hear.ts'
import { stretchMs, waveform } from './peaks.ts'
import { Segment } from './recording.model.ts'
import { framesOf, msOf } from './wav.ts'

interface Measured {
  from: number
  frames: number
  peaks: Uint8Array
}

/** The waveform, from what was measured when each segment was kept: the sound itself is not read. */
export async function readPeaks(hub: Hub, who: Who, id: string): Promise<Reply<typeof route>> {
  const doc = audible(await findRecording(hub, who, id))
  const segments = (await Segment.collection
    .find({ recordingId: doc._id } as never, {
      projection: { from: 1, frames: 1, peaks: 1 },
      promoteBuffers: true
    })
    .toArray()) as unknown as Measured[]
  const frames = Math.max(0, ...segments.map((one) => one.from + one.frames))
  const each = framesOf(doc, stretchMs)
  const at = segments.map(({ from, peaks }) => ({ fromStretch: Math.round(from / each), peaks }))
  return { ms: msOf(doc, frames), peaks: waveform(at, doc.channels, Math.ceil(frames / each)) }
}
