import {
  AsYouType,
  getCountries,
  getCountryCallingCode,
  parsePhoneNumberFromString,
  type CountryCode
} from 'libphonenumber-js/min'
import type { Locale } from '../words/locale.ts'

export interface Country {
  code: CountryCode
  name: string
  /** With its plus. */
  calling: string
}

/** Every country, by its name in the visitor's language. */
export function countriesIn(locale: Locale): Country[] {
  const names = new Intl.DisplayNames([locale], { type: 'region', fallback: 'code' })
  return getCountries()
    .map((code) => ({ code, name: names.of(code) ?? code, calling: `+${getCountryCallingCode(code)}` }))
    .sort((a, b) => a.name.localeCompare(b.name, locale))
}

/** Where numbers without a country are taken to be: as the hub says, else where the visitor's browser is from. */
export function firstCountry(offered: string | null, languages: readonly string[]): CountryCode {
  const known = new Set<string>(getCountries())
  const regions = languages.map((tag) => tag.split('-').at(-1)?.toUpperCase() ?? '')
  return ([offered, ...regions].find((code) => code && known.has(code)) ?? 'FR') as CountryCode
}

/** What was typed as the country writes it; a number with its own country says so. */
export function asTyped(text: string, country: CountryCode): { text: string; country: CountryCode } {
  const typing = new AsYouType(country)
  const written = typing.input(text)
  return { text: written, country: text.trim().startsWith('+') ? (typing.getCountry() ?? country) : country }
}

/** E.164, or null for what can be no number. */
export function numberOf(text: string, country: CountryCode): string | null {
  const parsed = parsePhoneNumberFromString(text, { defaultCountry: country, extract: false })
  return parsed?.isPossible() && parsed.ext === undefined ? parsed.number : null
}

export const readable = (number: string): string =>
  parsePhoneNumberFromString(number)?.formatInternational() ?? number
