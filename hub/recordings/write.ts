import type { Types } from 'mongoose'
import type { Hub } from '../hub.ts'
import { change, type Change } from '../record/change.ts'
import { found } from '../refuse.ts'
import { Recording, recordingTold, type RecordingDoc } from './recording.model.ts'

/**
 * Changes one recording by compare-and-set. `decide` refuses by throwing, or returns null to leave it. Refuses
 * `not-found` when there is none.
 */
export async function writeRecording(
  hub: Hub,
  id: Types.ObjectId | string,
  decide: (doc: RecordingDoc) => Change | null,
  known?: RecordingDoc | null
): Promise<{ doc: RecordingDoc; changed: boolean }> {
  const written = found(await change(Recording, id, decide, known))
  if (written.changed) hub.relay.pass(recordingTold, written.doc)
  return written
}
