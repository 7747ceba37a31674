import type { LineEvent, PartyEnd, PartyState } from '../call.ts'
import { callSidIn } from './frames.ts'
import { numberIn, recordIn, textIn, type Fields } from './fields.ts'
import { settingsOf, type VoiceAccount } from './settings.ts'

type State = Extract<LineEvent, { kind: 'state' }>

const states: Record<string, PartyState> = {
  trying: 'trying',
  ringing: 'ringing',
  'early-media': 'ringing',
  'in-progress': 'answered',
  completed: 'ended',
  failed: 'ended',
  busy: 'ended',
  'no-answer': 'ended'
}

export const stateRank = { trying: 0, ringing: 1, answered: 2, ended: 3 } as const

/** The state that a frame tells of its call; null when it tells none. `ours`: this line was told to end it. */
export function stateOf(data: Fields, account: VoiceAccount, ours: boolean): State | null {
  const partyId = callSidIn(data)
  const state = states[textIn(data, 'call_status')]
  if (partyId === null || state === undefined) return null
  return {
    kind: 'state',
    state,
    tag: tagIn(data),
    partyId,
    end: state === 'ended' ? endOf(data, account, ours) : null
  }
}

/** The tag that we gave a party when it was called; null for everybody else. */
export const tagIn = (data: Fields): string | null => textIn(recordIn(data, 'customerData'), 'tag') || null

export const isOver = (data: Fields): boolean => states[textIn(data, 'call_status')] === 'ended'

function endOf(data: Fields, account: VoiceAccount, ours: boolean): PartyEnd {
  const sipStatus = numberIn(data, 'sip_status')
  const by = textIn(data, 'call_termination_by')
  const outbound = textIn(data, 'direction') === 'outbound'
  const cause = causeOf(textIn(data, 'call_status'), sipStatus, outbound, isPhone(data, account), by)
  return {
    cause,
    by: byOf(by, cause, outbound, ours),
    sipStatus,
    seconds: Math.max(0, Math.round(numberIn(data, 'duration') ?? 0))
  }
}

function causeOf(
  status: string,
  sip: number | null,
  outbound: boolean,
  phone: boolean,
  by: string
): PartyEnd['cause'] {
  if (status === 'completed') return 'hungUp'
  // Who calls us and gives up before the answer has hung up; who is refused was declined by us.
  if (!outbound) return by === 'caller' || sip === 487 ? 'hungUp' : (sip ?? 0) >= 400 ? 'declined' : 'failed'
  switch (sip) {
    case 603:
      return 'declined'
    case 486:
      // An agent's phone has one line, and says busy when its owner presses the red button.
      return phone ? 'declined' : 'busy'
    case 600:
      return 'busy'
    case 404:
    case 408:
    case 410:
    case 480:
    case 484:
    case 604:
      return 'unreachable'
    case 487:
      return 'noAnswer'
    default:
      return status === 'busy' ? 'busy' : status === 'no-answer' ? 'noAnswer' : 'failed'
  }
}

function byOf(by: string, cause: PartyEnd['cause'], outbound: boolean, ours: boolean): PartyEnd['by'] {
  if (by === 'caller') return 'party'
  if (by === 'jambonz' || ours) return 'us'
  if (cause === 'declined') return outbound ? 'party' : 'us'
  return cause === 'busy' || (cause === 'hungUp' && !outbound) ? 'party' : null
}

/** Is it a phone of the account's own realm, not a number behind a carrier? */
function isPhone(data: Fields, account: VoiceAccount): boolean {
  const [, host = ''] = textIn(data, 'to')
    .replace(/^sips?:/i, '')
    .split(/[@;]/)
  const { sipRealm } = settingsOf(account)
  return host !== '' && (sipRealm === '' || host.toLowerCase() === sipRealm.toLowerCase())
}
