import { customerOf, type CallDoc } from '../calls/call.model.ts'
import type { Hub } from '../hub.ts'
import { beginRecording } from './begin.ts'
import { soundBusOf } from './bus.ts'
import { openRecordingOf } from './find.ts'
import type { RecordingDoc } from './recording.model.ts'
import { ended, paused, resumed } from './standing.ts'
import { writeRecording } from './write.ts'

/** The last of the sound has so long to be kept before the sweep works out what there is. */
const settleMs = 10_000

/**
 * Has the recording of a call be as the call says: begun, paused, going on, or over. When this resolves nothing that is
 * said is kept that should not be. The recording, when one is open.
 */
export async function followCall(hub: Hub, call: CallDoc): Promise<RecordingDoc | null> {
  const wanted = call.state === 'ended' ? 'off' : customerOf(call).stream
  if (wanted === 'off') {
    await endRecording(hub, call, 'call')
    return null
  }
  const open = await beginRecording(hub, call, 'call')
  const now = new Date()
  const { doc, changed } = await writeRecording(
    hub,
    open._id,
    (newest) => (wanted === 'paused' ? paused(newest, now) : resumed(newest, now)),
    open
  )
  if (changed) soundBusOf(hub).look(doc._id.toHexString())
  return doc
}

/** Ends the open recording of this use of a call, if there is one. */
export async function endRecording(hub: Hub, call: CallDoc, use: RecordingDoc['use']): Promise<void> {
  const open = await openRecordingOf(call._id, use)
  if (!open) return
  const now = new Date()
  const { doc, changed } = await writeRecording(hub, open._id, (newest) => ended(newest, now, settleMs), open)
  if (changed) soundBusOf(hub).look(doc._id.toHexString())
}
