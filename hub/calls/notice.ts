import type { Line, Step } from '@palabre/channels/call'
import type { Hub } from '../hub.ts'
import { customerOf, customerTag, type CallDoc, type PartyDoc } from './call.model.ts'
import type { VoiceDoor } from './door.ts'
import { tellLine } from './remote.ts'
import { stepId } from './steps.ts'

const prefix = 'notice.'
/** Whoever has just answered is on the way into the room by then: who is held before that is taken out of it by them. */
const settleMs = 2000

export const isNotice = (id: string): boolean => id.startsWith(prefix)

/** Heard first by a customer whom we called, where calls are always recorded; who calls us hears it in the welcome. */
export const noticeBeforeTalk = ({ policy }: VoiceDoor): Step[] =>
  policy.recording === 'always' ? [{ kind: 'prompt', prompts: policy.recordingNotice }] : []

/**
 * Tells a customer who is in a talk that it is recorded: nobody can be spoken to alone in a room, so they are on hold for
 * as long as it is said. On hold already, they hear it all the same.
 */
export function giveNotice(hub: Hub, call: CallDoc): void {
  const callId = call._id.toHexString()
  const talked = Date.now() - (call.talkingSince?.getTime() ?? 0)
  setTimeout(
    () => {
      tellLine(hub, callId, customerTag, { kind: 'hold', id: prefix + stepId(customerOf(call)) }).catch(
        (error: unknown) => {
          hub.log.error({ err: error, callId }, 'a customer could not be told that they are recorded')
        }
      )
    },
    Math.max(0, settleMs - talked)
  )
}

/** What somebody hears who is held for the notice: first the notice; when more is asked for it was said, and they go back. */
export function noticeSteps({ policy }: VoiceDoor, party: PartyDoc, seconds: number, line: Line): Step[] {
  if (seconds === 0) return [{ kind: 'prompt', prompts: policy.recordingNotice }]
  line.tell(party.held ? { kind: 'hold', id: stepId(party) } : { kind: 'unhold' })
  return [{ kind: 'prompt', prompts: policy.music }]
}
