import type { Prompt, Step } from '@palabre/channels/call'
import { soundOrder } from '../recordings/order.ts'
import { roomOf, type CallDoc, type PartyDoc } from './call.model.ts'
import type { Wording } from './wording.ts'

/** Longest message that is left, in seconds. */
const voicemailSeconds = 300

/** Leaves a message; its result is that of the step of this id. */
export const voicemailStep = (
  { _id }: Pick<CallDoc, '_id'>,
  id: string,
  seconds: number = voicemailSeconds
): Step => ({ kind: 'voicemail', id, audio: soundOrder(_id, 'voicemail', 0), seconds })

/** Names a step so that what comes back tells which turn of which party it belongs to. */
export const stepId = ({ tag, turn }: Pick<PartyDoc, 'tag' | 'turn'>) => `${tag}.${String(turn)}`

/** What a party is told to do: its task in steps. The same for the same call, so it may be told again. */
export function stepsOf(call: CallDoc, party: PartyDoc, wording: Wording): Step[] {
  const { task } = party
  const id = stepId(party)
  const room = roomOf(call)
  switch (task.kind) {
    case 'flow':
      return task.steps
    case 'wait':
      return [{ kind: 'wait', id, room }]
    case 'join':
      return [{ kind: 'join', id, room, as: party.role, muted: party.muted }]
    case 'suggest':
      return [
        {
          kind: 'ask',
          id,
          prompts: [wording.say(`offer-${task.what}`)],
          digits: { min: 1, max: 1 },
          seconds: 5
        },
        { kind: 'wait', id, room }
      ]
    case 'confirm':
      return [
        {
          kind: 'ask',
          id,
          prompts: [wording.say('confirm', { name: call.name || call.number })],
          digits: { min: 1, max: 1 },
          seconds: 8
        },
        { kind: 'hangUp' }
      ]
    case 'voicemail':
      return [
        { kind: 'prompt', prompts: [wording.say('voicemail')] },
        voicemailStep(call, id),
        { kind: 'prompt', prompts: [wording.say('voicemail-noted')] },
        { kind: 'hangUp' }
      ]
    case 'out':
      return [...spoken(task.prompts), { kind: 'hangUp' }]
  }
}

const spoken = (prompts: Prompt[]): Step[] => (prompts.length > 0 ? [{ kind: 'prompt', prompts }] : [])
