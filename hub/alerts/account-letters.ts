import type { OutboundMessage } from '@palabre/channels/channel'
import type { AlertKind } from '@palabre/config/contract/alert'
import { say, type Locale, type Values } from '@palabre/config/i18n/catalogue'
import { alert as words } from '@palabre/config/i18n/words/alert'
import type { Hub } from '../hub.ts'
import { User, type UserDoc } from '../users/user.model.ts'
import type { AlertDoc } from './alert.model.ts'
import { letterTo } from './letter.ts'

/** What every administrator is written of a channel. */
export async function accountLetters(hub: Hub, alert: AlertDoc): Promise<OutboundMessage[]> {
  const readers = (await User.find({ roles: 'administrator', archived: false }).lean()) as UserDoc[]
  return readers.map((reader) => letterOf(hub, alert, reader))
}

function letterOf({ env }: Hub, alert: AlertDoc, { email, preferences }: UserDoc): OutboundMessage {
  const { _id, subject, figures, raisedAt, endedAt } = alert
  const kind = alert.kind as Exclude<AlertKind, 'threshold'>
  const { locale } = preferences
  const tell = (key: keyof (typeof words)['en'], values: Values = {}) =>
    say(locale, words[locale][key], values)
  const what = tell(kind, {
    name: subject.name,
    when: dayOf(figures['expiresAt'] ?? figures['lastAt'], locale)
  })
  const lines = [
    what,
    ...(endedAt
      ? [tell('mail-ended', { when: momentOf(endedAt, locale) })]
      : [
          ...(figures['detail'] ? [tell('mail-said', { detail: figures['detail'] })] : []),
          tell(`${kind}-help`),
          tell('mail-began', { when: momentOf(raisedAt, locale) })
        ]),
    ...(env.PUBLIC_URL
      ? [
          tell('mail-link', {
            address: new URL(`/admin/accounts/${subject.id.toHexString()}`, env.PUBLIC_URL).href
          })
        ]
      : []),
    tell('mail-why')
  ]
  return letterTo(email, {
    key: `${_id.toHexString()} ${endedAt ? 'ended' : 'raised'}`,
    subject: tell(endedAt ? 'mail-ended-subject' : 'mail-subject', { what }),
    lines
  })
}

const momentOf = (at: Date, locale: Locale) =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(at)

function dayOf(at: string | number | null | undefined, locale: Locale): string {
  if (typeof at !== 'string') return ''
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(at))
}
