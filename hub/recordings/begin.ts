import { Types } from 'mongoose'
import type { CallDoc } from '../calls/call.model.ts'
import type { Hub } from '../hub.ts'
import { linesAfter } from '../record/logged.ts'
import { newKey } from './cipher.ts'
import { openRecordingOf } from './find.ts'
import { openKeyOf, Recording, recordingTold, type RecordingDoc } from './recording.model.ts'
import { storeKind } from './store/sound-store.ts'

/** Telephone quality: what the network carries has nothing above 4 kHz. */
export const sampleRate = 8000
export const channelsOf = { call: 2, voicemail: 1 } as const
const duplicateKey = 11000
/** A recording that nobody ended is looked at so often. */
export const lookedAfterMs = 30_000

/** The open recording of a call; a new one when there is none. Its sound has to be ordered. */
export async function beginRecording(
  hub: Hub,
  call: CallDoc,
  use: RecordingDoc['use']
): Promise<RecordingDoc> {
  const known = await openRecordingOf(call._id, use)
  if (known) return known
  const doc = newRecording(hub, call, use)
  try {
    await Recording.collection.insertOne(doc as never)
  } catch (error) {
    if ((error as { code?: number }).code !== duplicateKey) throw error
    // Another node was faster. Should that one be over already, it is ended and not begun again.
    const first = await openRecordingOf(call._id, use)
    if (!first) throw error
    return first
  }
  hub.relay.pass(recordingTold, doc)
  return doc
}

function newRecording(hub: Hub, call: CallDoc, use: RecordingDoc['use']): RecordingDoc {
  const now = new Date()
  const _id = new Types.ObjectId()
  const lines = linesAfter(0, [{ name: 'begun', figures: { use, callId: call._id.toHexString() } }], now)
  const awaits = call.flow?.awaits
  return {
    _id,
    version: 1,
    log: lines,
    logged: lines.length,
    relayed: 0,
    relayAt: now,
    updatedAt: now,
    callId: call._id,
    // A message that is left in a flow has work of its own.
    interactionId: awaits?.kind === 'voicemail' ? null : call.interactionId,
    accountId: call.accountId,
    use,
    state: 'running',
    channels: channelsOf[use],
    sampleRate,
    openKey: openKeyOf(use, call._id),
    key: newKey(hub, _id),
    store: storeKind(hub),
    ordered: 0,
    orderedAt: now,
    stream: 0,
    streams: [],
    heardAt: null,
    pauses: [],
    soundMs: 0,
    ms: 0,
    gaps: [],
    notes: [],
    startedAt: now,
    endedAt: null,
    expiresAt: null,
    queueId: awaits?.kind === 'voicemail' ? new Types.ObjectId(awaits.queueId) : null,
    isUndelivered: use === 'voicemail',
    dueAt: new Date(now.getTime() + lookedAfterMs)
  }
}
