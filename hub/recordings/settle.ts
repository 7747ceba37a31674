import type { Types } from 'mongoose'
import type { Hub } from '../hub.ts'
import { extentOf } from './extent.ts'
import { Recording, type RecordingDoc } from './recording.model.ts'
import { expiryOf } from './retention.ts'
import { deliverVoicemail } from './voicemail.ts'
import { writeRecording } from './write.ts'

/** Longer than a writer tries to keep what it has. */
const triedMs = 70_000

/**
 * Works out what is kept of a recording that has ended: how long it is, what it lacks, when it is erased. Done again
 * when more comes in late. A message that was left goes to its interaction.
 */
export async function settleRecording(hub: Hub, id: Types.ObjectId): Promise<void> {
  const known = (await Recording.findById(id).lean()) as RecordingDoc | null
  if (!known?.endedAt || known.state === 'erased') return
  const { ms, gaps } = await extentOf(known)
  // Of a message that was said it is told once whether it is kept: when its writer has succeeded, or given up.
  const isTried = Date.now() - known.endedAt.getTime() < triedMs
  if (ms === 0 && known.isUndelivered && known.soundMs > 0 && isTried) return
  const state = ms > 0 ? 'kept' : 'lost'
  const expiresAt = known.expiresAt ?? (await expiryOf(hub, known))
  const { doc } = await writeRecording(
    hub,
    id,
    (newest) =>
      newest.state === 'erased' || (newest.state === state && newest.ms === ms)
        ? null
        : {
            set: { state, ms, gaps, expiresAt, dueAt: newest.isUndelivered ? newest.dueAt : expiresAt },
            entries: newest.state === state ? [] : [{ name: state, figures: { ms, gaps: gaps.length } }]
          },
    known
  )
  if (doc.isUndelivered) await deliverVoicemail(hub, doc)
}
