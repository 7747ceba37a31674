import type { CallPolicy, Prompt } from '@palabre/channels/call'
import { say, type Locale, type Values } from '@palabre/config/i18n/catalogue'
import { spoken, type SpokenKey } from '@palabre/config/i18n/words/spoken'

/** The machine's sentences in an account's language. */
export interface Wording {
  say(key: SpokenKey, values?: Values): Prompt
}

/** The wording of an account; English where its language has none of its own. */
export function wordingOf({ language }: Pick<CallPolicy, 'language'>): Wording {
  const locale: Locale = language.toLowerCase().startsWith('fr') ? 'fr' : 'en'
  return {
    say: (key, values) => ({
      kind: 'say',
      text: say(locale, spoken[locale][key], values).trim(),
      language: locale === 'fr' ? language : language.toLowerCase().startsWith('en') ? language : 'en'
    })
  }
}
