import type { AudioOrder, LineCommand } from '../call.ts'
import { ChannelError } from '../channel.ts'
import { callBody } from './dial.ts'
import type { Command, Verb } from './frames.ts'
import { hookPath } from './hooks.ts'
import type { Telling } from './verbs.ts'
import { soundOrder, verbsOf } from './verbs.ts'
import { valid } from './valid.ts'

/** What a command needs to know of its line. */
export interface Situation extends Telling {
  /** The application that the line's own call belongs to, as jambonz said, or the account's. */
  applicationSid: string
  /** Whether the party has answered; null: not known here. */
  answered: boolean | null
  muted: boolean
  /** What was streamed last from this line. */
  streamed: AudioOrder | null
}

/**
 * A command as what is sent, in order. A place in the list is a moment: jambonz begins each command before the one before is
 * done, so the line leaves time between them. Throws ChannelError('refused').
 */
export function commandsOf(
  command: Exclude<LineCommand, { kind: 'cancel' }>,
  situation: Situation
): Command[] {
  switch (command.kind) {
    case 'do':
      return [{ type: 'command', command: 'redirect', data: stackOf(verbsOf(command.steps, situation)) }]
    case 'call':
      return [data('dial', { ...callBody(command.party, situation.account, situation.applicationSid, '') })]
    case 'hangUp':
      return hangUp(situation.answered)
    case 'hold':
      return [
        data('conf:hold-status', {
          conf_hold_status: 'hold',
          wait_hook: hookPath({
            kind: 'waiting',
            id: command.id,
            batch: situation.batch,
            since: situation.now
          })
        })
      ]
    case 'unhold':
      return [
        data('conf:hold-status', { conf_hold_status: 'unhold' }),
        // jambonz unmutes whoever comes back.
        ...(situation.muted ? [inRoom('mute')] : [])
      ]
    case 'mute':
    case 'unmute':
    case 'uncoach':
      return [inRoom(command.kind)]
    case 'coach':
      return [inRoom('coach', command.role)]
    case 'keys':
      return keys(command.keys)
    case 'stream':
      return [listen(command.audio, situation)]
    case 'streaming':
      return streaming(command.on, situation)
  }
}

/** An empty stack is not left to chance: the party waits in silence, and the line for commands. */
export const stackOf = (verbs: Verb[]): Verb[] => (verbs.length > 0 ? verbs : [{ verb: 'pause', length: 1 }])

const data = (command: string, fields: Record<string, unknown>): Command => ({
  type: 'command',
  command,
  data: fields
})

/** Of this member alone: `conf:mute-status` would mute everybody else. */
const inRoom = (action: string, tag?: string) =>
  data('conf:participant-action', { action, ...(tag !== undefined && { tag }) })

/** One of them has no effect: jambonz ends what was answered by the one, what rings by the other. */
const hangUp = (answered: boolean | null): Command[] => [
  ...(answered === false ? [] : [data('call:status', { call_status: 'completed' })]),
  ...(answered === true ? [] : [data('call:status', { call_status: 'no-answer' })])
]

function keys(text: string): Command[] {
  if (!/^[0-9*#A-D]{1,64}$/.test(text)) throw new ChannelError('refused', 'Keys are 0 to 9, *, # and A to D')
  return Array.from(text, (digit) => data('dtmf', { dtmf: { digit } }))
}

const listen = (audio: AudioOrder, { account }: Situation): Command => {
  const config = { listen: { enable: true, ...soundOrder(audio, account) } }
  valid([{ verb: 'config', ...config }])
  return data('config', config)
}

/**
 * jambonz 0.9.8 cannot pause what it streams in the background: it ends, and begins anew over another socket. The
 * sound of a message that is left can be paused.
 */
function streaming(on: 'paused' | 'on' | 'off', situation: Situation): Command[] {
  const stop = data('config', { listen: { enable: false } })
  if (on === 'off') return [stop]
  if (on === 'paused') return [data('listen:status', { listen_status: 'pause' }), stop]
  const resume = data('listen:status', { listen_status: 'resume' })
  return situation.streamed ? [resume, listen(situation.streamed, situation)] : [resume]
}
