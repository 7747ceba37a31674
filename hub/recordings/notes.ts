import { Types } from 'mongoose'
import type { Hub } from '../hub.ts'
import { found, refuse } from '../refuse.ts'
import { actorOf, type Who } from '../sessions/who.ts'
import { findRecording } from './access.ts'
import { upToNow } from './extent.ts'
import type { RecordingDoc } from './recording.model.ts'
import { writeRecording } from './write.ts'

const mostNotes = 500

/** Writes a note at a moment. Refuses `wrong-state` for what is erased, `too-large` when there are very many. */
export async function writeNote(
  hub: Hub,
  who: Who,
  id: string,
  note: { atMs: number; text: string }
): Promise<RecordingDoc> {
  const known = await findRecording(hub, who, id)
  const { doc } = await writeRecording(
    hub,
    id,
    (newest) => {
      if (newest.state === 'erased') return refuse('wrong-state')
      if (newest.notes.length >= mostNotes) return refuse('too-large')
      const fresh = {
        id: new Types.ObjectId(),
        atMs: note.atMs,
        text: note.text,
        byId: who.userId,
        byName: who.name,
        at: new Date()
      }
      return {
        set: { notes: [...newest.notes, fresh].sort((a, b) => a.atMs - b.atMs) },
        entries: [{ name: 'noted', by: actorOf(who), figures: { atMs: note.atMs } }]
      }
    },
    known
  )
  return upToNow(doc)
}

/** Removes a note of one's own. Refuses `not-yours` for those of others. */
export async function removeNote(hub: Hub, who: Who, id: string, noteId: string): Promise<RecordingDoc> {
  const known = await findRecording(hub, who, id)
  const { doc } = await writeRecording(
    hub,
    id,
    (newest) => {
      const note = found(newest.notes.find((one) => one.id.toHexString() === noteId))
      if (!note.byId.equals(who.userId)) return refuse('not-yours')
      return {
        set: { notes: newest.notes.filter((one) => one !== note) },
        entries: [{ name: 'noteRemoved', by: actorOf(who), figures: { atMs: note.atMs } }]
      }
    },
    known
  )
  return upToNow(doc)
}
