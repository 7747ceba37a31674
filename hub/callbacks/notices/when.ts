import { callbackPage as words } from '@palabre/config/i18n/words/callback-page'
import { say, type Locale } from '@palabre/config/i18n/catalogue'

const regional = { en: 'en-GB', fr: 'fr-FR' } as const

const write = (locale: Locale, at: Date, options: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat(regional[locale], options).format(at)

export const timeText = (locale: Locale, at: Date, timeZone: string): string =>
  write(locale, at, { hour: '2-digit', minute: '2-digit', timeZone })

/** `Monday 30 November`, `lundi 30 novembre` */
export const dayText = (locale: Locale, at: Date, timeZone: string): string =>
  write(locale, at, { weekday: 'long', day: 'numeric', month: 'long', timeZone })

/** A zone by its name, in the middle of a sentence. */
export const zoneText = (locale: Locale, timeZone: string): string =>
  new Intl.DateTimeFormat(regional[locale], { timeZone, timeZoneName: 'long' })
    .formatToParts(new Date())
    .find(({ type }) => type === 'timeZoneName')?.value ?? timeZone

/** What somebody was promised. */
export type Promised =
  { kind: 'slot'; from: Date; to: Date } | { kind: 'at'; at: Date } | { kind: 'now' } | { kind: 'cancelled' }

/** When somebody is called, in words. */
export function whenText(locale: Locale, promised: Promised, timeZone: string): string {
  const tell = (key: keyof (typeof words)['en'], values: Record<string, string> = {}) =>
    say(locale, words[locale][key], values)
  switch (promised.kind) {
    case 'slot':
      return tell('when-slot', {
        day: dayText(locale, promised.from, timeZone),
        from: timeText(locale, promised.from, timeZone),
        to: timeText(locale, promised.to, timeZone)
      })
    case 'at':
      return tell('when-at', {
        day: dayText(locale, promised.at, timeZone),
        from: timeText(locale, promised.at, timeZone)
      })
    case 'now':
      return tell('when-now')
    case 'cancelled':
      return ''
  }
}
