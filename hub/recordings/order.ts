import type { AudioOrder } from '@palabre/channels/call'
import type { Types } from 'mongoose'
import { channelsOf, sampleRate } from './begin.ts'
import { Recording, type RecordingDoc } from './recording.model.ts'

/** Counts an order of sound; null when the recording is over. Of two orders the sound of the later one counts. */
export async function orderSound({ _id, callId }: RecordingDoc): Promise<AudioOrder | null> {
  const doc = (await Recording.findOneAndUpdate(
    { _id, endedAt: null },
    { $inc: { ordered: 1 }, $set: { orderedAt: new Date() } },
    { returnDocument: 'after', projection: { ordered: 1 } }
  ).lean()) as Pick<RecordingDoc, 'ordered'> | null
  return doc && soundOrder(callId, 'call', doc.ordered)
}

/** The sound of a call for its recording: of a talk both sides apart, of a message only who leaves it. */
export const soundOrder = (callId: Types.ObjectId, use: RecordingDoc['use'], n: number): AudioOrder => ({
  metadata: { callId: callId.toHexString(), use, order: String(n) },
  channels: channelsOf[use],
  sampleRate
})
