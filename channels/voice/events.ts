import type { LineEvent, StepResult } from '../call.ts'
import { cleaned } from './clean.ts'
import { isRecord, numberIn, recordIn, textIn, type Fields } from './fields.ts'
import type { Ended } from './hooks.ts'
import { limits } from './limits.ts'
import { partyNumber } from './numbers.ts'
import type { VoiceAccount } from './settings.ts'
import { tagIn } from './status.ts'

type Room = Extract<LineEvent, { kind: 'room' }>

/** `session:new`: a party is there. */
export const arrivedFrom = (
  data: Fields,
  account: VoiceAccount
): Extract<LineEvent, { kind: 'arrived' }> => ({
  kind: 'arrived',
  direction: textIn(data, 'direction') === 'outbound' ? 'out' : 'in',
  from: partyNumber(textIn(data, 'from'), account),
  to: partyNumber(textIn(data, 'to'), account),
  name: cleaned(textIn(data, 'caller_name'), limits.nameChars),
  tag: tagIn(data),
  headers: headersIn(recordIn(recordIn(data, 'sip'), 'headers'))
})

/** Extra headers (X-…), names in lower case. The others are SIP's own and tell nothing of the call. */
function headersIn(headers: Fields): Record<string, string> {
  const extra = Object.entries(headers)
    .filter(
      (entry): entry is [string, string] =>
        typeof entry[1] === 'string' && /^x-[a-z0-9-]{1,60}$/i.test(entry[0])
    )
    .slice(0, limits.headers)
  return Object.fromEntries(
    extra.map(([name, value]) => [name.toLowerCase(), cleaned(value, limits.headerChars)])
  )
}

/** Answering machine detection: several come of a call, of which these decide. Null for the others. */
export function answeredByFrom(data: Fields): Extract<LineEvent, { kind: 'answeredBy' }> | null {
  const type = textIn(data, 'type')
  if (type === 'amd_human_detected') return { kind: 'answeredBy', by: 'person' }
  return type === 'amd_machine_detected' ? { kind: 'answeredBy', by: 'machine' } : null
}

/** How a step ended. */
export function resultFrom(of: Ended, data: Fields): StepResult {
  switch (of) {
    case 'left':
      return { kind: 'left' }
    case 'recorded':
      return { kind: 'done' }
    case 'asked':
      return answerFrom(data)
    case 'referred':
      return referralFrom(data)
  }
}

function answerFrom(data: Fields): StepResult {
  const reason = textIn(data, 'reason')
  if (reason === 'dtmfDetected')
    return {
      kind: 'digits',
      digits: textIn(data, 'digits')
        .replace(/[^0-9*#A-D]/g, '')
        .slice(0, limits.numberChars)
    }
  if (reason === 'error')
    return {
      kind: 'failed',
      detail: cleaned(textIn(data, 'details') || 'Speech was not recognised', limits.detailChars)
    }
  const alternatives = recordIn(data, 'speech')['alternatives']
  const best: unknown = Array.isArray(alternatives) ? alternatives[0] : null
  const text = isRecord(best) ? cleaned(textIn(best, 'transcript'), limits.speechChars) : ''
  return text === '' || !isRecord(best)
    ? { kind: 'silence' }
    : { kind: 'speech', text, confidence: Math.min(1, Math.max(0, numberIn(best, 'confidence') ?? 0)) }
}

function referralFrom(data: Fields): StepResult {
  const accepted = numberIn(data, 'refer_status')
  const final = numberIn(data, 'final_referred_call_status')
  return accepted === 202 && (final === null || (final >= 200 && final < 300))
    ? { kind: 'done' }
    : { kind: 'failed', detail: `The far side answered ${final ?? accepted ?? 'nothing'}` }
}

/** What happens in a room; null for what nobody asked for. */
export function roomFrom(room: string, data: Fields, role: Room['role']): Room | null {
  const event = textIn(data, 'event')
  return event === 'start' || event === 'end' || event === 'join' || event === 'leave'
    ? { kind: 'room', room, event, role }
    : null
}
