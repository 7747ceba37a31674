import { customerOf } from '../calls/call.model.ts'
import { loadCall } from '../calls/find.ts'
import type { Hub } from '../hub.ts'
import { lookedAfterMs } from './begin.ts'
import { clearSound, expireRecording } from './erase.ts'
import { endRecording } from './follow.ts'
import { Recording, type RecordingDoc } from './recording.model.ts'
import { settleRecording } from './settle.ts'
import { deliverVoicemail } from './voicemail.ts'

const atOnce = 100
/** What failed is tried again after so long. */
const againMs = 10_000

/**
 * Finds recordings that something is due for: those whose node died before their end, messages that are in no queue yet,
 * those whose time is over, erased sound that is still stored. Returns how many.
 */
export async function sweepRecordings(hub: Hub, now: Date): Promise<number> {
  const docs = (await Recording.find({ dueAt: { $lte: now, $type: 'date' } })
    .sort({ dueAt: 1 })
    .limit(atOnce)
    .lean()) as RecordingDoc[]
  for (const doc of docs) {
    // First put off, so that one that fails keeps no other from its turn.
    await Recording.updateOne(
      { _id: doc._id, dueAt: doc.dueAt },
      { $set: { dueAt: new Date(now.getTime() + (doc.endedAt ? againMs : lookedAfterMs)) } }
    )
    try {
      await doDue(hub, doc, now)
    } catch (error) {
      hub.log.warn(
        { err: error, recordingId: doc._id.toHexString() },
        'a recording could not be looked after'
      )
    }
  }
  return docs.length
}

async function doDue(hub: Hub, doc: RecordingDoc, now: Date) {
  if (doc.state === 'erased') return clearSound(hub, doc)
  if (!doc.endedAt) {
    const call = await loadCall(doc.callId)
    const isOver =
      !call || call.state === 'ended' || (doc.use === 'call' && customerOf(call).stream === 'off')
    if (call && isOver) await endRecording(hub, call, doc.use)
    return
  }
  if (doc.expiresAt && doc.expiresAt <= now) return expireRecording(hub, doc._id)
  if (doc.state === 'running') return settleRecording(hub, doc._id)
  if (doc.isUndelivered) return deliverVoicemail(hub, doc)
  await Recording.updateOne({ _id: doc._id }, { $set: { dueAt: doc.expiresAt } })
}
