import { en, type Words } from './en.ts'
import { fr } from './fr.ts'

const catalogues = { en, fr }
export type Locale = keyof typeof catalogues

/** The first of the wished languages (BCP 47 tags) that the widget speaks, else English. */
export function chooseLocale(wished: readonly (string | null | undefined)[]): Locale {
  for (const tag of wished) {
    const language = tag?.trim().slice(0, 2).toLowerCase()
    if (language === 'en' || language === 'fr') return language
  }
  return 'en'
}

export const wordsOf = (locale: Locale): Words => catalogues[locale]

const dayOf = (date: Date): string => date.toDateString()
const yesterday = (now: Date): Date => new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1)
const tomorrow = (now: Date): Date => new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1)

/** Hours and minutes in the visitor's zone. */
export const writeTime = (locale: Locale, at: Date): string =>
  at.toLocaleTimeString(regional(locale), { hour: '2-digit', minute: '2-digit' })

/** "Today", "Yesterday" or the date, for the line between two days. */
export function writeDay(locale: Locale, at: Date, now: Date): string {
  const words = wordsOf(locale)
  if (dayOf(at) === dayOf(now)) return words.todayLabel
  if (dayOf(at) === dayOf(yesterday(now))) return words.yesterdayLabel
  const year = at.getFullYear() === now.getFullYear() ? {} : ({ year: 'numeric' } as const)
  const written = at.toLocaleDateString(regional(locale), {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...year
  })
  return written[0]!.toUpperCase() + written.slice(1)
}

/** "today at 14:00", "on Monday 30 November at 08:00". */
export function writeMoment(locale: Locale, at: Date, now: Date): string {
  const words = wordsOf(locale)
  const time = writeTime(locale, at)
  if (dayOf(at) === dayOf(now)) return words.today(time)
  if (dayOf(at) === dayOf(tomorrow(now))) return words.tomorrow(time)
  const day = at.toLocaleDateString(regional(locale), { weekday: 'long', day: 'numeric', month: 'long' })
  return words.onDay(day, time)
}

/** Keeps the visitor's own region (12 or 24 hours, order of the date) when it is of that language. */
const regional = (locale: Locale): string =>
  navigator.languages.find((tag) => tag.toLowerCase().startsWith(`${locale}-`)) ??
  (locale === 'en' ? 'en-GB' : 'fr-FR')
