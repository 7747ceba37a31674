import type { Step } from '@palabre/channels/call'
import type { Hub } from '../hub.ts'
import { customerTag, partyOf, type CallDoc } from './call.model.ts'
import type { VoiceDoor } from './door.ts'
import { linesOf } from './lines.ts'
import { doing, withParty } from './parties.ts'
import { stepsOf } from './steps.ts'
import { writeCall } from './write.ts'

/** The customer goes on waiting; says what that is to their line. */
export async function waitAgain(hub: Hub, door: VoiceDoor, known: CallDoc): Promise<Step[]> {
  const now = new Date()
  const { doc } = await writeCall(
    hub,
    known._id,
    (call) =>
      call.state === 'ended'
        ? null
        : {
            set: {
              parties: withParty(call.parties, customerTag, (party) => doing(party, { kind: 'wait' }, now))
            },
            entries: [{ name: 'backToRoom', figures: {} }]
          },
    known
  )
  const customer = partyOf(doc, customerTag)
  linesOf(hub).answered(doc, customer)
  return stepsOf(doc, customer, door.wording)
}
