import { IntlMessageFormat } from 'intl-messageformat'

export const locales = ['en', 'fr'] as const
export type Locale = (typeof locales)[number]
export type Values = Record<string, string | number | boolean | Date | null | undefined>

/**
 * A noun's words in every language; French that lacks a key of English does not compile.
 * Texts are ICU messages: `{count, plural, one {# message} other {# messages}}`.
 */
export const defineWords = <const T extends Record<string, string>>(words: {
  en: T
  fr: { [K in keyof T]: string }
}) => words

const compiled = new Map<string, IntlMessageFormat>()

/** Writes one ICU message in a language. */
export function say(locale: Locale, text: string, values: Values = {}): string {
  const key = `${locale}\n${text}`
  let message = compiled.get(key)
  if (!message) {
    message = new IntlMessageFormat(text, locale)
    compiled.set(key, message)
  }
  return String(message.format(values))
}
