import type { Hub } from '../hub.ts'
import { findInteraction } from '../interactions/find.ts'
import type { Who } from '../sessions/who.ts'
import { mayHear } from './access.ts'
import { upToNow } from './extent.ts'
import { Recording, type RecordingDoc } from './recording.model.ts'

/** Recordings of an interaction that the asker may hear, oldest first. */
export async function recordingsOf(hub: Hub, who: Who, interactionId: string): Promise<RecordingDoc[]> {
  const { _id } = await findInteraction(hub, who, interactionId)
  const docs = (await Recording.find({ interactionId: _id }).sort({ startedAt: 1 }).lean()) as RecordingDoc[]
  const heard = await Promise.all(docs.map((doc) => mayHear(hub, who, doc)))
  return Promise.all(docs.filter((_, i) => heard[i]).map(upToNow))
}
