import type { Step, StepResult } from '@palabre/channels/call'
import type { Hub } from '../hub.ts'
import { partyConfirms } from './answer.ts'
import { customerTag, type CallDoc, type PartyDoc } from './call.model.ts'
import type { VoiceDoor } from './door.ts'
import { flowStepEnded } from './flow-turn.ts'
import { takeSuggestion } from './suggest.ts'
import { messageLeft } from './voicemail.ts'
import { waitAgain } from './wait-again.ts'

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
    case 'suggest':
      return result.kind === 'digits' && result.digits === '1' && party.tag === customerTag
        ? takeSuggestion(hub, door, call, party.task.what)
        : waitAgain(hub, door, call)
    case 'voicemail':
      await messageLeft(hub, call, result)
      return [{ kind: 'prompt', prompts: [door.wording.say('voicemail-noted')] }, { kind: 'hangUp' }]
    case 'join':
    case 'out':
      return [{ kind: 'hangUp' }]
    case 'flow':
      return flowStepEnded(hub, door, call, id, result)
  }
}
