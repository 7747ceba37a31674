import type { AudioOrder, Prompt, Step } from '@palabre/channels/call'
import { roomOf, type CallDoc, type PartyDoc } from './call.model.ts'
import type { Wording } from './wording.ts'

/** Longest message that is left, in seconds. */
const voicemailSeconds = 300
/** Voice is told apart well enough, and jambonz has nothing better from a telephone. */
const sampleRate = 8000

/** The sound of a call, both sides apart, for its recording. */
export const recordingOrder = (callId: string, tag: string): AudioOrder => ({
  metadata: { callId, tag, use: 'recording' },
  channels: 2,
  sampleRate
})

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
        {
          kind: 'voicemail',
          id,
          audio: {
            metadata: { callId: call._id.toHexString(), tag: party.tag, use: 'voicemail' },
            channels: 1,
            sampleRate
          },
          seconds: voicemailSeconds
        },
        { kind: 'hangUp' }
      ]
    case 'refer':
      return [{ kind: 'refer', id, to: task.to }]
    case 'out':
      return [...spoken(task.prompts), { kind: 'hangUp' }]
  }
}

const spoken = (prompts: Prompt[]): Step[] => (prompts.length > 0 ? [{ kind: 'prompt', prompts }] : [])
