import { AuditEntry } from '../audit/audit.model.ts'
import { actorOf, type Who } from '../sessions/who.ts'
import type { RecordingDoc } from './recording.model.ts'

/** A player asks for many parts of what is listened to once. */
const onceMs = 600_000
const duplicateKey = 11000

/** Traces that somebody hears a recording; asking for parts of it again within ten minutes is the same hearing. */
export async function traceHearing(
  who: Who,
  { _id }: RecordingDoc,
  action: 'recording.hear' | 'recording.download' | 'recording.live'
): Promise<void> {
  const at = new Date()
  const by = actorOf(who)
  const time = action === 'recording.live' ? at.getTime() : Math.floor(at.getTime() / onceMs)
  try {
    await AuditEntry.create({
      key: `${action}:${_id.toHexString()}:${who.sessionId.toHexString()}:${String(time)}`,
      at,
      actorId: by.id,
      actorName: by.name,
      address: by.address,
      action,
      subject: 'recording',
      subjectId: _id.toHexString(),
      changes: {},
      outcome: 'done'
    })
  } catch (error) {
    if ((error as { code?: number }).code !== duplicateKey) throw error
  }
}
