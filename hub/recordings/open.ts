import type { Sound, SoundSink } from '@palabre/channels/call'
import { Types } from 'mongoose'
import { customerOf } from '../calls/call.model.ts'
import type { VoiceDoor } from '../calls/door.ts'
import { loadCall } from '../calls/find.ts'
import type { Hub } from '../hub.ts'
import { beginRecording } from './begin.ts'
import { openRecordingOf } from './find.ts'
import type { RecordingDoc } from './recording.model.ts'
import { letIn } from './standing.ts'
import { Writer } from './writer.ts'
import { writeRecording } from './write.ts'

/**
 * Makes a place for sound that comes in: in the recording that it was ordered for, if it is of the account and of the
 * customer's own line, and no later order was made. Null refuses it.
 */
export async function openSound(
  hub: Hub,
  { account }: VoiceDoor,
  sound: Sound,
  close: () => void
): Promise<SoundSink | null> {
  const { callId = '', use, order } = sound.metadata
  if (!Types.ObjectId.isValid(callId) || (use !== 'call' && use !== 'voicemail')) return null
  const call = await loadCall(callId)
  if (!call?.accountId.equals(account._id) || customerOf(call).partyId !== sound.partyId) return null
  const open =
    use === 'voicemail' && call.state !== 'ended'
      ? await beginRecording(hub, call, use)
      : await openRecordingOf(call._id, use)
  if (!open || open.channels !== sound.channels || open.sampleRate !== sound.sampleRate) return null
  let n = 0
  const now = new Date()
  const { doc, changed } = await writeRecording(
    hub,
    open._id,
    (newest) => {
      n = orderOf(newest, use, Number(order))
      return letIn(newest, n, now)
    },
    open
  )
  return changed && doc.stream === n ? new Writer(hub, doc, close) : null
}

/** A message is left step by step: of two sockets of it the later one is right. A talk's sound comes by its orders. */
const orderOf = (newest: RecordingDoc, use: RecordingDoc['use'], order: number) =>
  use === 'voicemail' ? newest.ordered + 1 : order === newest.ordered ? order : 0
