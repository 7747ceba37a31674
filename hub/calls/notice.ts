import type { Line, Step } from '@palabre/channels/call'
import type { Hub } from '../hub.ts'
import { customerOf, customerTag, type CallDoc, type PartyDoc } from './call.model.ts'
import type { VoiceDoor } from './door.ts'
import { tellLine } from './remote.ts'
import { stepId } from './steps.ts'

const prefix = 'notice.'

export const isNotice = (id: string): boolean => id.startsWith(prefix)

/**
 * Tells a customer who is in a talk that it is recorded: nobody can be spoken to alone in a room, so they are on hold for
 * as long as it is said. On hold already, they hear it all the same.
 */
export const giveNotice = (hub: Hub, call: CallDoc): Promise<void> =>
  tellLine(hub, call._id.toHexString(), customerTag, {
    kind: 'hold',
    id: prefix + stepId(customerOf(call))
  })

/** What somebody hears who is held for the notice: first the notice; when more is asked for it was said, and they go back. */
export function noticeSteps({ policy }: VoiceDoor, party: PartyDoc, seconds: number, line: Line): Step[] {
  if (seconds === 0) return [{ kind: 'prompt', prompts: policy.recordingNotice }]
  line.tell(party.held ? { kind: 'hold', id: stepId(party) } : { kind: 'unhold' })
  return [{ kind: 'prompt', prompts: policy.music }]
}
