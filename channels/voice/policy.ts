import { getCountryCallingCode, isSupportedCountry } from 'libphonenumber-js/min'
import type { CallPolicy, Prompt } from '../call.ts'
import { limits } from './limits.ts'
import { soundAddress } from './prompts.ts'
import { settingsOf, type VoiceAccount, type VoiceSettings } from './settings.ts'

/** What the hub may know of an account to treat its calls. */
export function policy(account: VoiceAccount): CallPolicy {
  const settings = settingsOf(account)
  return {
    language: settings.language,
    music: musicOf(settings),
    welcome: spoken(settings.welcome),
    callerId: settings.callerId || (settings.numbers[0] ?? ''),
    phones:
      settings.phoneServer !== '' && settings.sipRealm !== ''
        ? { server: settings.phoneServer, realm: settings.sipRealm }
        : null,
    recording: settings.recording,
    recordingNotice: spoken(settings.recordingNotice),
    retentionDays: settings.retentionDays > 0 ? settings.retentionDays : null,
    agentsListen: settings.agentsListen,
    recognition: settings.recognition,
    dialling: {
      isSetUp: mayPlace(settings),
      prefixes: prefixesOf(settings),
      perMinute: settings.callsPerMinute,
      hours: { from: minuteOf(settings.callFrom), to: minuteOf(settings.callUntil) }
    }
  }
}

/** What is heard while nobody is there; never nothing, which would end the wait for good. */
export const musicOf = (settings: VoiceSettings): Prompt[] =>
  settings.musicUrl !== '' && soundAddress(settings.musicUrl, settings) !== null
    ? [{ kind: 'play', url: settings.musicUrl }]
    : [{ kind: 'pause', seconds: limits.silentWaitSeconds }]

/** Calls are placed by REST, for an application or with our own address, and show a number. */
const mayPlace = ({
  restUrl,
  accountSid,
  apiKey,
  applicationSid,
  hubUrl,
  callerId,
  numbers
}: VoiceSettings) =>
  [restUrl, accountSid, apiKey].every((one) => one !== '') &&
  applicationSid + hubUrl !== '' &&
  (callerId !== '' || numbers.length > 0)

/** Minutes after midnight of HH:MM. */
const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))

/** Numbers that may be called begin so: what is listed, else the account's own country. */
export function prefixesOf({ allowedPrefixes, defaultCountry }: VoiceSettings): string[] {
  if (allowedPrefixes.length > 0) return allowedPrefixes
  return isSupportedCountry(defaultCountry) ? [`+${getCountryCallingCode(defaultCountry)}`] : []
}

const spoken = (text: string): Prompt[] => (text.trim() === '' ? [] : [{ kind: 'say', text }])
