import { Segment, type RecordingDoc, type SegmentDoc } from './recording.model.ts'
import { timelineOf, type Timeline } from './timeline.ts'
import { msOf } from './wav.ts'

/** What is kept of a recording now. */
export async function readTimeline(doc: RecordingDoc): Promise<Timeline> {
  const segments = (await Segment.find({ recordingId: doc._id }, { stream: 1, from: 1, frames: 1 })
    .sort({ from: 1 })
    .lean()) as Pick<SegmentDoc, '_id' | 'stream' | 'from' | 'frames'>[]
  return timelineOf(doc, segments, new Date())
}

/** How long it is, and what it lacks. */
export async function extentOf(doc: RecordingDoc): Promise<Pick<RecordingDoc, 'ms' | 'gaps'>> {
  const { frames, gaps } = await readTimeline(doc)
  return { ms: msOf(doc, frames), gaps }
}

/** The recording with its length and gaps as they are now; they are kept with it once it has ended. */
export const upToNow = async (doc: RecordingDoc): Promise<RecordingDoc> =>
  doc.state === 'running' ? { ...doc, ...(await extentOf(doc)) } : doc
