import { createHash } from 'node:crypto'
import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import type { OutboundMessage } from '@palabre/channels/channel'
import { say, type Values } from '@palabre/config/i18n/catalogue'
import { callbackPage as words } from '@palabre/config/i18n/words/callback-page'
import { escapeHtml } from '../../plugins/escape-html.ts'
import type { CallbackDoc } from '../callback.model.ts'
import { calendarFile } from './calendar-file.ts'
import type { Notice } from './next-notice.ts'
import { whenText, zoneText } from './when.ts'

/** What a notice needs beside its callback. */
export interface Surroundings {
  timeZone: string
  /** Where the callback is changed, whole. */
  link: string
  /** The number that is shown when we call, E.164; empty: unknown. */
  caller: string
}

export const readableNumber = (number: string): string =>
  parsePhoneNumberFromString(number)?.formatInternational() ?? number

const first = { asked: 'asked', changed: 'changed', cancelled: 'told-cancelled', remind: 'remind' } as const

/** A notice in the words of whoever gets it, and in one sentence for where there is room for no more. */
export function writeNotice(
  { locale, name, number }: Pick<CallbackDoc, 'locale' | 'name' | 'number'>,
  { kind, promised }: Notice,
  { timeZone, link, caller }: Surroundings
) {
  const tell = (key: keyof (typeof words)['en'], values: Values = {}) =>
    say(locale, words[locale][key], values)
  const when = whenText(locale, promised, timeZone)
  const isTimed = promised.kind === 'slot' || promised.kind === 'at'
  const zone = isTimed ? `\n${tell('zone', { zone: zoneText(locale, timeZone) })}` : ''
  const what = tell(first[kind], { number: readableNumber(number) })
  const whenLines = kind === 'cancelled' ? [] : [tell('when-line', { when }) + zone]
  const lines = [
    name === '' ? tell('hello-nobody') : tell('hello', { name }),
    what,
    ...whenLines,
    ...(caller === '' || kind === 'cancelled' ? [] : [tell('caller', { number: readableNumber(caller) })])
  ]
  return {
    subject: tell(`subject-${kind}`, { when }),
    lines,
    changeLine: kind === 'cancelled' ? null : tell('change', { link }),
    button: tell('change-button'),
    sentence: [what, ...whenLines].join(' ').replace(/\s+/g, ' ')
  }
}

/** The mail of a notice; the same notice has the same id, so that a repeat can be told. */
export function noticeMail(doc: CallbackDoc, notice: Notice, surroundings: Surroundings): OutboundMessage {
  const { subject, lines, changeLine, button } = writeNotice(doc, notice, surroundings)
  const { link } = surroundings
  const key = `${doc._id.toHexString()} ${notice.kind} ${String(notice.line)}`
  const file = calendarFile(doc, notice, { host: new URL(link).hostname, link, at: notice.dueAt })
  const html = [
    ...lines.map((line) => `<p>${escapeHtml(line).replace(/\n/g, '<br>')}</p>`),
    ...(changeLine === null ? [] : [`<p><a href="${escapeHtml(link)}">${escapeHtml(button)}</a></p>`])
  ]
  return {
    id: createHash('sha256').update(key).digest('hex').slice(0, 24),
    address: doc.email,
    fromName: '',
    subject,
    to: [doc.email],
    text: [...lines, ...(changeLine === null ? [] : [changeLine])].join('\n\n'),
    html: `<div lang="${doc.locale}">${html.join('')}</div>`,
    attachments: file ? [file] : [],
    references: [],
    automatic: true
  }
}
