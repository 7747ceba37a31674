import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min'
import { cleaned } from './clean.ts'
import { limits } from './limits.ts'
import { settingsOf, type VoiceAccount } from './settings.ts'

const hidden = new Set([
  'anonymous',
  'restricted',
  'unknown',
  'unavailable',
  'private',
  'withheld',
  'asserted'
])
const looksLikeNumber = /^[+\d\s().\-/]{3,40}$/

/**
 * E.164 of a number as people write it (spaces, dots, 00, `sip:+33…@host`, `tel:`), read in the account's country;
 * null when it is none: a name, an extension, an emergency or short number, a withheld number.
 */
export function numberOf(text: string, account: VoiceAccount): string | null {
  const written = userPart(text)
  if (!looksLikeNumber.test(written)) return null
  const { defaultCountry } = settingsOf(account)
  const country = isSupportedCountry(defaultCountry) ? defaultCountry : undefined
  // The country's own way of calling abroad comes first: 011 in America, 00 nearly everywhere else.
  return (
    possible(written, country) ??
    (written.startsWith('00') ? possible(`+${written.slice(2)}`, country) : null)
  )
}

/** Where a number is; null for those of no country (satellites, freephone of the world) and what is no number. */
export const countryOf = (number: string): string | null =>
  parsePhoneNumberFromString(number)?.country ?? null

/**
 * Who calls or is called, as the network says: E.164 where it is a number (also without the plus that many carriers
 * leave out), `anonymous` where it is withheld, else what came, cleaned.
 */
export function partyNumber(text: string, account: VoiceAccount): string {
  const number = numberOf(text, account)
  if (number !== null) return number
  const user = userPart(text)
  if (user === '' || hidden.has(user.toLowerCase())) return 'anonymous'
  const international = /^\d{8,15}$/.test(user) ? possible(`+${user}`, undefined) : null
  return (
    international ??
    (cleaned(/^(sips?|tel):/i.test(text.trim()) ? user : text, limits.numberChars) || 'anonymous')
  )
}

type Country = Extract<Parameters<typeof parsePhoneNumberFromString>[1], string>

function possible(text: string, country: Country | undefined): string | null {
  const parsed = parsePhoneNumberFromString(text, { defaultCountry: country, extract: false })
  return parsed?.isPossible() && parsed.ext === undefined ? parsed.number : null
}

/** `"Name" <sip:user;param@host>` → user; anything else as it is, trimmed. */
function userPart(text: string): string {
  const line = text.slice(0, 500).normalize('NFKC').trim()
  const uri = /<([^<>]*)>/.exec(line)?.[1] ?? line
  const scheme = /^(?:sips?|tel):/i.exec(uri)
  if (!scheme) return line
  const user = uri.slice(scheme[0].length).split(/[@;?]/, 1)[0] ?? ''
  try {
    return decodeURIComponent(user).trim()
  } catch {
    return user.trim()
  }
}
