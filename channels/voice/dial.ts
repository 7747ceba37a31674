import type { CreateCallRequest } from '@jambonz/sdk/types'
import type { NewParty, Target } from '../call.ts'
import { ChannelError } from '../channel.ts'
import { cleaned } from './clean.ts'
import { hookPath } from './hooks.ts'
import { limits } from './limits.ts'
import { numberOf } from './numbers.ts'
import { pathsOf } from './paths.ts'
import { prefixesOf } from './policy.ts'
import { settingsOf, type VoiceAccount, type VoiceSettings } from './settings.ts'

/** jambonz 0.9.8 takes more than the SDK's types of the commercial line know: the shown name, the hook's user. */
export type CallBody = Omit<CreateCallRequest, 'call_hook'> & {
  callerName?: string
  call_hook?: { url: string; method: 'POST'; username: string; password: string }
}

/**
 * The order to call somebody. The new leg belongs to the application; without one it is told our own address, with the
 * application's user and password, which a bare path would lose. `hub`: the base of that address, empty where
 * jambonz knows it from the line. Throws ChannelError('refused').
 */
export function callBody(
  party: NewParty,
  account: VoiceAccount,
  applicationSid: string,
  hub: string
): CallBody {
  const settings = settingsOf(account)
  const fromName = cleaned(party.fromName ?? '', limits.nameChars)
  return {
    from: shownNumber(party.from, settings),
    to: target(party.target, account),
    tag: { tag: party.tag },
    timeout: Math.max(1, Math.min(limits.ringSeconds, Math.round(party.seconds))),
    ...(fromName !== '' && { callerName: fromName }),
    ...(party.headers && { headers: extraHeaders(party.headers) }),
    ...(party.mayBeMachine &&
      settings.recognition &&
      settings.detection && { amd: { actionHook: hookPath({ kind: 'answeredBy' }) } }),
    ...(applicationSid === '' ? ownApplication(account, settings, hub) : { application_sid: applicationSid })
  }
}

/** A number as it may be called from this account. Throws ChannelError('refused'). */
export function checkNumber(number: string, account: VoiceAccount): string {
  const canonical = numberOf(number, account)
  if (canonical === null) throw new ChannelError('refused', 'It is no number that can be called')
  if (!prefixesOf(settingsOf(account)).some((prefix) => canonical.startsWith(prefix)))
    throw new ChannelError('refused', 'Numbers that begin so may not be called from this account')
  return canonical
}

/** Where a call may be sent: a number, or a SIP address, which can hide a number too. */
export function checkUri(text: string, account: VoiceAccount): string {
  if (!/^sips?:/i.test(text)) return checkNumber(text, account)
  if (!/^sips?:[^\s<>"@,]{1,128}@[^\s<>"@,]{1,253}$/i.test(text))
    throw new ChannelError('refused', 'It is no SIP address')
  if (/^sips?:\+?[\d.()-]{3,}[@;]/i.test(text)) checkNumber(text, account)
  return text
}

function target(to: Target, account: VoiceAccount): CallBody['to'] {
  const { sipRealm } = settingsOf(account)
  switch (to.kind) {
    case 'number':
      return { type: 'phone', number: checkNumber(to.number, account) }
    case 'sip':
      return { type: 'sip', sipUri: checkUri(/^sips?:/i.test(to.uri) ? to.uri : `sip:${to.uri}`, account) }
    case 'user':
      if (!/^[\w.+~-]{1,64}$/.test(to.name)) throw new ChannelError('refused', 'It is no name of a phone')
      return { type: 'user', name: sipRealm === '' ? to.name : `${to.name}@${sipRealm}` }
  }
}

/** What the callee sees. Withheld and unreadable callers are shown as the account's number. */
const shownNumber = (from: string, { callerId, numbers }: VoiceSettings): string =>
  /^\+?[\w.-]{1,64}$/.test(from) && from !== 'anonymous' ? from : callerId || (numbers[0] ?? 'anonymous')

/** Extra SIP headers: only X-…, on one line each. */
function extraHeaders(headers: Record<string, string>): Record<string, string> {
  const entries = Object.entries(headers)
  const wrong = entries.find(([name]) => !/^x-[a-z0-9-]{1,60}$/i.test(name))
  if (wrong || entries.length > limits.headers)
    throw new ChannelError('refused', 'Only some X- headers may be added')
  return Object.fromEntries(entries.map(([name, value]) => [name, cleaned(value, limits.headerChars)]))
}

function ownApplication(account: VoiceAccount, settings: VoiceSettings, hub: string): Partial<CallBody> {
  const { username, password, ttsVendor, ttsVoice, sttVendor, language } = settings
  return {
    call_hook: { url: `${hub}${pathsOf(account).line}`, method: 'POST', username, password },
    speech_synthesis_vendor: ttsVendor,
    speech_synthesis_language: language,
    speech_synthesis_voice: ttsVoice,
    speech_recognizer_vendor: sttVendor,
    speech_recognizer_language: language
  }
}
