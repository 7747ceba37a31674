import type { Step, StepResult } from '@palabre/channels/call'
import type { Hub } from '../hub.ts'
import { beginRecording } from '../recordings/begin.ts'
import { openRecordingOf } from '../recordings/find.ts'
import { endRecording } from '../recordings/follow.ts'
import { intoVoicemail } from '../recordings/voicemail-work.ts'
import { unheard } from '../recordings/voicemail.ts'
import { writeRecording } from '../recordings/write.ts'
import { customerOf, customerTag, type CallDoc } from './call.model.ts'
import type { VoiceDoor } from './door.ts'
import { linesOf } from './lines.ts'
import { doing, withParty } from './parties.ts'
import { stepsOf } from './steps.ts'
import { waitAgain } from './wait-again.ts'
import { writeCall } from './write.ts'

/**
 * The customer leaves a message instead of waiting; says what that is to their line. Too late when an agent is already
 * being rung: then they wait on.
 */
export async function leaveMessage(hub: Hub, door: VoiceDoor, known: CallDoc): Promise<Step[]> {
  if (!known.interactionId) return waitAgain(hub, door, known)
  // Kept first: whatever becomes of the call, its message is looked after.
  await beginRecording(hub, known, 'voicemail')
  if (!(await intoVoicemail(hub, known.interactionId))) {
    await endRecording(hub, known, 'voicemail')
    return waitAgain(hub, door, known)
  }
  const now = new Date()
  const { doc } = await writeCall(hub, known._id, (call) =>
    call.state === 'ended'
      ? null
      : {
          set: {
            state: 'voicemail',
            parties: withParty(call.parties, customerTag, (party) => doing(party, { kind: 'voicemail' }, now))
          },
          entries: [{ name: 'voicemail', figures: {} }]
        }
  )
  linesOf(hub).answered(doc, customerOf(doc))
  return stepsOf(doc, customerOf(doc), door.wording)
}

/** The message was left, as its line says: by a key, by silence, or because the time was over. */
export async function messageLeft(hub: Hub, call: CallDoc, result: StepResult): Promise<void> {
  const open = await openRecordingOf(call._id, 'voicemail')
  if (open?.streams.length === 0 && result.kind !== 'failed')
    await writeRecording(hub, open._id, (newest) =>
      newest.streams.length === 0 ? { entries: [{ name: unheard, figures: {} }] } : null
    )
  await endRecording(hub, call, 'voicemail')
}
