import { control, legOf } from '../commands/control.ts'
import { isFields, type Fields } from '../frame.ts'
import type { Session } from '../session.ts'
import type { Answer } from './server.ts'

type Needs = 'nothing' | 'dial' | 'room' | 'audio'

/** Live call control by REST: each option, its command on the socket, and what the call has to be in. */
const options: Record<
  string,
  { command: string; needs: Needs; data: (value: unknown, body: Fields) => unknown }
> = {
  call_hook: { command: 'redirect', needs: 'nothing', data: (call_hook) => ({ call_hook }) },
  child_call_hook: {
    command: 'redirect',
    needs: 'dial',
    data: (child_call_hook, { call_hook }) => ({
      child_call_hook,
      ...(call_hook !== undefined && { call_hook })
    })
  },
  call_status: { command: 'call:status', needs: 'nothing', data: (call_status) => ({ call_status }) },
  mute_status: { command: 'mute:status', needs: 'nothing', data: (mute_status) => ({ mute_status }) },
  conf_mute_status: {
    command: 'conf:mute-status',
    needs: 'room',
    data: (conf_mute_status) => ({ conf_mute_status })
  },
  conf_hold_status: {
    command: 'conf:hold-status',
    needs: 'room',
    data: (conf_hold_status, { wait_hook }) => ({ conf_hold_status, wait_hook })
  },
  conferenceParticipantAction: {
    command: 'conf:participant-action',
    needs: 'room',
    data: (action) => action
  },
  listen_status: { command: 'listen:status', needs: 'audio', data: (listen_status) => ({ listen_status }) },
  whisper: { command: 'whisper', needs: 'nothing', data: (whisper) => ({ whisper }) },
  dtmf: { command: 'dtmf', needs: 'nothing', data: (dtmf) => ({ dtmf }) },
  record: { command: 'record', needs: 'nothing', data: (record) => record },
  sip_request: { command: 'sip:request', needs: 'nothing', data: (sip_request) => ({ sip_request }) }
}

/** Does one thing to a call. What was accepted happens later and is not reported. */
export function updateCall(session: Session, callSid: string, body: Fields, done: number): Answer {
  const both = body['child_call_hook'] !== undefined && body['call_hook'] !== undefined
  const asked = Object.keys(body).filter((name) => name in options && !(both && name === 'call_hook'))
  const [name] = asked
  const option = name === undefined ? undefined : options[name]
  if (name === undefined || !option || asked.length > 1)
    return { status: 400, body: { msg: 'exactly one option is needed' } }
  const value = body[name]
  if (isFields(value) && name === 'conferenceParticipantAction' && value['action'] === 'kick')
    return { status: 400, body: { msg: 'invalid action' } }
  if (!legOf(session, callSid)) return { status: 404 }
  if (!has(session, option.needs)) return { status: 422, body: { msg: 'the call is not in the right state' } }
  control(session, { command: option.command, data: option.data(value, body), queueCommand: false, callSid })
  return { status: done }
}

function has({ dial, member, stream }: Session, needs: Needs): boolean {
  if (needs === 'dial') return dial?.connected !== undefined
  if (needs === 'room') return member !== undefined
  if (needs === 'audio') return stream !== undefined
  return true
}
