import { admin } from '@palabre/config/i18n/words/admin'
import { adminChannel } from '@palabre/config/i18n/words/admin-channel'
import { adminQueue } from '@palabre/config/i18n/words/admin-queue'
import { adminRecord } from '@palabre/config/i18n/words/admin-record'
import { adminTrace } from '@palabre/config/i18n/words/admin-trace'
import { alert } from '@palabre/config/i18n/words/alert'
import { app } from '@palabre/config/i18n/words/app'
import { audience } from '@palabre/config/i18n/words/audience'
import { board } from '@palabre/config/i18n/words/board'
import { call } from '@palabre/config/i18n/words/call'
import { callbacks } from '@palabre/config/i18n/words/callbacks'
import { campaign } from '@palabre/config/i18n/words/campaigns'
import { campaignResults } from '@palabre/config/i18n/words/campaign-results'
import { campaignTemplate } from '@palabre/config/i18n/words/campaign-template'
import { contact } from '@palabre/config/i18n/words/contact'
import { conversation } from '@palabre/config/i18n/words/conversation'
import { floor } from '@palabre/config/i18n/words/floor'
import { figures } from '@palabre/config/i18n/words/figures'
import { inbox } from '@palabre/config/i18n/words/inbox'
import { media } from '@palabre/config/i18n/words/media'
import { offer } from '@palabre/config/i18n/words/offer'
import { presence } from '@palabre/config/i18n/words/presence'
import { reason } from '@palabre/config/i18n/words/reason'
import { recording } from '@palabre/config/i18n/words/recording'
import { refusal } from '@palabre/config/i18n/words/refusal'
import { replay } from '@palabre/config/i18n/words/replay'
import { routing } from '@palabre/config/i18n/words/routing'
import { stepping } from '@palabre/config/i18n/words/stepping'
import { template } from '@palabre/config/i18n/words/template'
import { thresholds } from '@palabre/config/i18n/words/thresholds'
import { ui } from '@palabre/config/i18n/words/ui'
import { wallboard } from '@palabre/config/i18n/words/wallboard'

/** Every namespace that `t('namespace.key')` knows: write config/i18n/words/<noun>.ts, then add one line here. */
export const namespaces = {
  admin,
  adminChannel,
  adminQueue,
  adminRecord,
  adminTrace,
  alert,
  app,
  audience,
  board,
  call,
  callbacks,
  campaign,
  campaignResults,
  campaignTemplate,
  contact,
  conversation,
  figures,
  floor,
  inbox,
  media,
  offer,
  presence,
  reason,
  recording,
  refusal,
  replay,
  routing,
  stepping,
  template,
  thresholds,
  ui,
  wallboard
}

type Namespaces = typeof namespaces
/** `namespace.key` of every text. */
export type WordKey = {
  [N in keyof Namespaces]: `${N}.${keyof Namespaces[N]['en'] & string}`
}[keyof Namespaces]
