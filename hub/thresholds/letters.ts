import type { OutboundMessage } from '@palabre/channels/channel'
import type { Calendar } from '@palabre/config/contract/setting'
import type { FigureName } from '@palabre/config/figures/names'
import { say, type Locale, type Values } from '@palabre/config/i18n/catalogue'
import { figures as figureWords } from '@palabre/config/i18n/words/figures'
import { thresholds as words } from '@palabre/config/i18n/words/thresholds'
import type { AlertDoc } from '../alerts/alert.model.ts'
import { letterTo } from '../alerts/letter.ts'
import type { Hub } from '../hub.ts'
import { catalogOf } from '../settings/catalog.ts'
import { User, type UserDoc } from '../users/user.model.ts'
import { sayDuration, sayValue } from './say-value.ts'
import { ThresholdModel, type ThresholdDoc } from './threshold.model.ts'

interface Reader {
  address: string
  locale: Locale
}

const findDoc = async ({ subject }: Pick<AlertDoc, 'subject'>) =>
  (await ThresholdModel.findById(subject.id).lean()) as ThresholdDoc | null

/** After how long a mail is repeated while nobody looks after it; null: never. */
export async function repeatMsOf(alert: AlertDoc): Promise<number | null> {
  const minutes = (await findDoc(alert))?.mail.repeatMinutes ?? null
  return minutes === null ? null : minutes * 60_000
}

/** Who is written to: users as they are now, and addresses; each once. */
async function readersOf({ mail }: ThresholdDoc): Promise<Reader[]> {
  const users = (await User.find({ _id: { $in: mail.userIds }, archived: false }).lean()) as UserDoc[]
  const readers = [
    ...users.map(({ email, preferences }) => ({ address: email, locale: preferences.locale })),
    ...mail.addresses.map((address) => ({ address: address.toLowerCase(), locale: mail.locale }))
  ]
  return [...new Map(readers.map((reader) => [reader.address, reader])).values()]
}

/** What is written of an alert at this moment: that it began, that it lasts, or a report once it is over. */
export async function thresholdLetters(hub: Hub, alert: AlertDoc): Promise<OutboundMessage[]> {
  const doc = await findDoc(alert)
  if (!doc) return []
  const calendar = (await catalogOf(hub)).calendar(doc.calendarId)
  return (await readersOf(doc)).map((reader) => letterOf(hub, doc, calendar, alert, reader))
}

/** A mail to everybody whom the threshold names, to see that it arrives. */
export const testLetters = async (doc: ThresholdDoc, key: string): Promise<OutboundMessage[]> =>
  (await readersOf(doc)).map(({ address, locale }) =>
    letterTo(address, {
      key: `test ${key}`,
      subject: say(locale, words[locale]['mail-test-subject'], { name: doc.name }),
      lines: [say(locale, words[locale]['mail-test'], { name: doc.name })]
    })
  )

function letterOf(
  { env }: Hub,
  { name, mail }: ThresholdDoc,
  calendar: Calendar | undefined,
  alert: AlertDoc,
  { address, locale }: Reader
): OutboundMessage {
  const { _id, figures, tone, raisedAt, endedAt, mailRound = 0 } = alert
  const figure = figures['figure'] as FigureName
  const zone = calendar?.timeZone ?? 'UTC'
  const tell = (key: keyof (typeof words)['en'], values: Values = {}) =>
    say(locale, words[locale][key], values)
  const number = (of: string) => sayValue(locale, figure, figures[of])
  const moment = (at: Date) =>
    new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone: zone }).format(at)
  const lasted = sayDuration(locale, (endedAt ?? new Date()).getTime() - raisedAt.getTime())
  const values = {
    name,
    figure: figureWords[locale][figure],
    value: number('value'),
    worst: number('worst'),
    level: number('level'),
    comparison: figures['comparison'],
    tone,
    zone
  }
  const link = env.PUBLIC_URL
    ? [tell('mail-link', { address: new URL('/board/alerts', env.PUBLIC_URL).href })]
    : []
  const ending = figures['ending']
  const why =
    ending === 'hours' || ending === 'changed' || ending === 'quiet' ? [tell(`mail-over-${ending}`)] : []
  if (endedAt) {
    const what = tell('what-over', values)
    const by = alert.acknowledgedBy ? [tell('mail-looked-after', { name: alert.acknowledgedBy.name })] : []
    return letterTo(address, {
      key: `${_id.toHexString()} ended`,
      subject: tell('mail-ended-subject', { what }),
      lines: [
        what,
        tell('mail-began', { ...values, when: moment(raisedAt) }),
        tell('mail-over', { ...values, duration: lasted, when: moment(endedAt) }),
        ...why,
        ...by,
        ...link,
        tell('mail-why', values)
      ]
    })
  }
  const what = tell('what', values)
  const repeats = mail.repeatMinutes
    ? [tell('mail-again', { duration: sayDuration(locale, mail.repeatMinutes * 60_000) })]
    : []
  return letterTo(address, {
    key: `${_id.toHexString()} raised ${String(mailRound)}`,
    subject: tell(mailRound > 0 ? 'mail-again-subject' : 'mail-raised-subject', { ...values, what }),
    lines: [
      what,
      tell('mail-now', values),
      tell('mail-began', { ...values, when: moment(raisedAt) }),
      ...(mailRound > 0 && !alert.acknowledgedBy ? [tell('mail-lasts', { duration: lasted })] : []),
      ...repeats,
      ...link,
      tell('mail-why', values)
    ]
  })
}
