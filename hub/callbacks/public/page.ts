import { say, type Locale, type Values } from '@palabre/config/i18n/catalogue'
import { callbackPage as words } from '@palabre/config/i18n/words/callback-page'
import { escapeHtml } from '../../plugins/escape-html.ts'
import { otherLanguage, plainPage } from '../../plugins/plain-page.ts'
import type { CallbackDoc } from '../callback.model.ts'
import { promisedOf } from '../notices/next-notice.ts'
import { dayText, timeText, whenText, zoneText } from '../notices/when.ts'

type Word = keyof (typeof words)['en']

const capital = (text: string) => `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}`

/** What the page shows of a callback. */
export interface Shown {
  doc: Pick<CallbackDoc, 'state' | 'slot' | 'nextAt' | 'version' | 'number'>
  /** An agent has it in hand: nothing can be changed. */
  isInHand: boolean
  slots: readonly { from: Date; to: Date }[]
  timeZone: string
}

/** The last four digits tell whose it is, and are worth nothing to anybody else. */
const masked = (number: string) => `•••• ${number.slice(-4, -2)} ${number.slice(-2)}`

const titles: Partial<Record<CallbackDoc['state'], Word>> = {
  cancelled: 'title-cancelled',
  done: 'title-done',
  failed: 'title-failed'
}

const ends: Partial<Record<CallbackDoc['state'], Word>> = {
  cancelled: 'cancelled',
  done: 'done',
  failed: 'failed'
}

const teller =
  (locale: Locale) =>
  (key: Word, values: Values = {}): string =>
    escapeHtml(say(locale, words[locale][key], values))

/** On which whoever asked sees when they are called, and asks for another time or none. It works without script. */
export function callbackPageOf(
  locale: Locale,
  { doc, isInHand, slots, timeZone }: Shown,
  notice: Word | null = null
): string {
  const tell = teller(locale)
  const isOpen = (doc.state === 'scheduled' || doc.state === 'queued') && !isInHand
  const mayChoose = isOpen || doc.state === 'failed'
  const when = capital(whenText(locale, promisedOf(doc, new Date()), timeZone))
  const facts =
    doc.state === 'scheduled' || doc.state === 'queued'
      ? `<dl><dt>${tell('when')}</dt><dd>${escapeHtml(when)}</dd><dt>${tell('number')}</dt><dd>${escapeHtml(masked(doc.number))}</dd></dl>`
      : ''
  const said = isInHand ? 'in-hand' : ends[doc.state]
  return plainPage(
    locale,
    words[locale][titles[doc.state] ?? 'title'],
    [
      notice ? `<p class="notice" role="status">${tell(notice)}</p>` : '',
      facts,
      said ? `<p>${tell(said, { number: masked(doc.number) })}</p>` : '',
      mayChoose ? choice(locale, doc, slots, timeZone) : '',
      isOpen
        ? `${form(locale, doc.version)}<button class="quiet" name="do" value="ask">${tell('cancel')}</button></form>`
        : '',
      facts || mayChoose ? `<small>${tell('zone', { zone: zoneText(locale, timeZone) })}</small>` : ''
    ].join('\n'),
    otherLanguage(locale, words[locale].language)
  )
}

/** A form says of which version it is: sent again later, it changes nothing. */
const form = (locale: Locale, version: number) =>
  `<form method="post" action="?lang=${locale}"><input type="hidden" name="version" value="${String(version)}">`

function choice(
  locale: Locale,
  { version, slot, state }: Shown['doc'],
  slots: Shown['slots'],
  timeZone: string
): string {
  const tell = teller(locale)
  const others = slots.filter(({ from }) => from.getTime() !== slot?.from.getTime())
  if (others.length === 0) return `<p>${tell('no-slots')}</p>`
  const days = new Map<string, typeof others>()
  for (const one of others) {
    const day = capital(dayText(locale, one.from, timeZone))
    days.set(day, [...(days.get(day) ?? []), one])
  }
  const time = ({ from, to }: (typeof others)[number]) =>
    `<label><input type="radio" name="slot" value="${from.toISOString()}"><span>${escapeHtml(
      `${timeText(locale, from, timeZone)} – ${timeText(locale, to, timeZone)}`
    )}</span></label>`
  const list = [...days].map(
    ([day, times]) =>
      `<details class="day" name="day"><summary>${escapeHtml(day)}</summary><fieldset class="times"><legend class="hidden">${escapeHtml(day)}</legend>${times
        .map(time)
        .join('')}</fieldset></details>`
  )
  return `${form(locale, version)}<h2>${tell(state === 'failed' ? 'choose-again' : 'choose')}</h2>${list.join('')}<button name="do" value="move">${tell('move')}</button></form>`
}

/** Asks once more before it is cancelled. */
export function surePage(locale: Locale, { doc, timeZone }: Pick<Shown, 'doc' | 'timeZone'>): string {
  const tell = teller(locale)
  const when = capital(whenText(locale, promisedOf(doc, new Date()), timeZone))
  return plainPage(
    locale,
    words[locale]['title-sure'],
    `<dl><dt>${tell('when')}</dt><dd>${escapeHtml(when)}</dd></dl><p>${tell('sure')}</p>
${form(locale, doc.version)}<button name="do" value="cancel">${tell('sure-yes')}</button><button class="quiet" name="do" value="keep">${tell('sure-no')}</button></form>`
  )
}

/** For whoever comes with a token that is none of ours. */
export const wrongPage = (locale: Locale): string =>
  plainPage(
    locale,
    words[locale]['title-wrong'],
    `<p>${escapeHtml(words[locale].wrong)}</p>`,
    otherLanguage(locale, words[locale].language)
  )
