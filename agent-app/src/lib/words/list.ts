import { admin } from '@palabre/config/i18n/words/admin'
import { adminRecord } from '@palabre/config/i18n/words/admin-record'
import { adminTrace } from '@palabre/config/i18n/words/admin-trace'
import { app } from '@palabre/config/i18n/words/app'
import { conversation } from '@palabre/config/i18n/words/conversation'
import { inbox } from '@palabre/config/i18n/words/inbox'
import { offer } from '@palabre/config/i18n/words/offer'
import { presence } from '@palabre/config/i18n/words/presence'
import { reason } from '@palabre/config/i18n/words/reason'
import { refusal } from '@palabre/config/i18n/words/refusal'
import { ui } from '@palabre/config/i18n/words/ui'

/** Every namespace that `t('namespace.key')` knows: write config/i18n/words/<noun>.ts, then add one line here. */
export const namespaces = {
  admin,
  adminRecord,
  adminTrace,
  app,
  conversation,
  inbox,
  offer,
  presence,
  reason,
  refusal,
  ui
}
