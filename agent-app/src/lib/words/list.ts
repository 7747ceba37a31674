import { app } from '@palabre/config/i18n/words/app'
import { refusal } from '@palabre/config/i18n/words/refusal'
import { ui } from '@palabre/config/i18n/words/ui'

/** Every namespace that `t('namespace.key')` knows: write config/i18n/words/<noun>.ts, then add one line here. */
export const namespaces = { app, refusal, ui }
