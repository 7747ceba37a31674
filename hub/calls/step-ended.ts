import type { Step, StepResult } from '@palabre/channels/call'
import type { Hub } from '../hub.ts'
import { partyConfirms } from './answer.ts'
import { customerTag, type CallDoc, type PartyDoc } from './call.model.ts'
import type { VoiceDoor } from './door.ts'
import { flowStepEnded } from './flow-turn.ts'
import { linesOf } from './lines.ts'
import { doing, withParty } from './parties.ts'
import { stepsOf } from './steps.ts'
import { writeCall } from './write.ts'

/** A party has come to the end of what it was told; says what comes next. */
export async function stepEnded(
  hub: Hub,
  door: VoiceDoor,
  call: CallDoc,
  party: PartyDoc,
  id: string,
  result: StepResult
): Promise<Step[]> {
  switch (party.task.kind) {
    case 'confirm':
      return partyConfirms(hub, door, call, party.tag, result.kind === 'digits' && result.digits === '1')
    case 'wait':
      // Thrown out of the room, or the room could not be made: whoever is in the call goes on waiting.
      return party.tag === customerTag ? waitAgain(hub, door, call) : [{ kind: 'hangUp' }]
    case 'join':
    case 'refer':
    case 'voicemail':
    case 'out':
      return [{ kind: 'hangUp' }]
    case 'flow':
      return flowStepEnded(hub, door, call, id, result)
  }
}

async function waitAgain(hub: Hub, door: VoiceDoor, known: CallDoc): Promise<Step[]> {
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
  const customer = doc.parties.find(({ tag }) => tag === customerTag)!
  linesOf(hub).answered(doc, customer)
  return stepsOf(doc, customer, door.wording)
}
