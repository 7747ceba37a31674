import { callbackPage as words } from '@palabre/config/i18n/words/callback-page'
import type { Locale } from '@palabre/config/i18n/catalogue'
import type { Queue } from '@palabre/config/contract/setting'

/** What somebody agrees to who asks a queue for a callback: its own words, else a usual sentence. */
export const consentOf = ({ callbacks }: Pick<Queue, 'callbacks'>, locale: Locale): string =>
  callbacks.consent[locale].trim() || words[locale].consent
