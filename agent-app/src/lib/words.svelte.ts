import { locales, say, type Locale, type Values } from '@palabre/config/i18n/catalogue'
import { namespaces, type WordKey } from './words/list.ts'

export type { WordKey }

const stored = 'palabre:locale'
const isLocale = (value: unknown): value is Locale => locales.includes(value as Locale)

function initialLocale(): Locale {
  if (typeof document === 'undefined') return 'en'
  const lang = document.documentElement.lang
  return isLocale(lang) ? lang : 'en'
}

class Words {
  #locale = $state<Locale>(initialLocale())

  get locale(): Locale {
    return this.#locale
  }

  /** Switches the language of everything on screen, and keeps it for this browser. */
  use(locale: Locale): void {
    this.#locale = locale
    document.documentElement.lang = locale
    try {
      localStorage.setItem(stored, locale)
    } catch {
      // A browser without storage forgets it.
    }
  }
}

export const words = new Words()
export { locales }

/**
 * One text in the language of the moment; in markup it follows a switch of language.
 * Values fill ICU arguments: `t('inbox.waiting', { count: 3 })`.
 */
export function t(key: WordKey, values?: Values): string {
  const dot = key.indexOf('.')
  const noun = namespaces[key.slice(0, dot) as keyof typeof namespaces] as Record<
    Locale,
    Record<string, string>
  >
  const text = noun[words.locale][key.slice(dot + 1)]
  return text === undefined ? key : say(words.locale, text, values)
}

type Moment = string | number | Date
const cache = new Map<string, unknown>()

function formatter<T>(kind: string, options: object, make: (locale: string) => T): T {
  // English times are written the international way: agents in one team compare them.
  const locale = words.locale === 'en' ? 'en-GB' : 'fr-FR'
  const key = `${locale} ${kind} ${JSON.stringify(options)}`
  if (!cache.has(key)) cache.set(key, make(locale))
  return cache.get(key) as T
}
const dates = (options: Intl.DateTimeFormatOptions) =>
  formatter('date', options, (locale) => new Intl.DateTimeFormat(locale, options))
const numbers = (options: Intl.NumberFormatOptions) =>
  formatter('number', options, (locale) => new Intl.NumberFormat(locale, options))
const unit = (value: number, name: string, unitDisplay: 'short' | 'narrow' | 'long' = 'short') =>
  numbers({ style: 'unit', unit: name, unitDisplay, maximumFractionDigits: 0 }).format(value)
const pad = (value: number) => String(value).padStart(2, '0')
const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** Dates, numbers and times by the language of the moment; in markup they follow a switch. Durations are in ms. */
export const format = {
  number: (value: number, options: Intl.NumberFormatOptions = {}) => numbers(options).format(value),
  /** 0.835 → 84 % */
  percent: (share: number, digits = 0) =>
    numbers({ style: 'percent', maximumFractionDigits: digits }).format(share),
  /** 23 Nov 2026 */
  date: (at: Moment) => dates({ dateStyle: 'medium' }).format(new Date(at)),
  /** Monday 23 November */
  day: (at: Moment) => dates({ weekday: 'long', day: 'numeric', month: 'long' }).format(new Date(at)),
  /** 14:05 */
  time: (at: Moment) => dates({ hour: '2-digit', minute: '2-digit' }).format(new Date(at)),
  /** 23 Nov 2026, 14:05:09, for the `title` of a relative time. */
  exact: (at: Moment) => dates({ dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(at)),
  /** Time today, day and month this year, else the date: for lists of the past. */
  moment(at: Moment, now: number): string {
    const then = new Date(at)
    const today = new Date(now)
    if (then.toDateString() === today.toDateString()) return format.time(then)
    return then.getFullYear() === today.getFullYear()
      ? dates({ day: 'numeric', month: 'short' }).format(then)
      : format.date(then)
  },
  /** Age for lists, in its largest unit: "now", "3 min", "2 h", "5 days". Never negative. */
  age(at: Moment, now: number): string {
    const ms = now - new Date(at).getTime()
    if (ms < minute) return t('ui.now')
    if (ms < hour) return unit(Math.floor(ms / minute), 'minute')
    return ms < day ? unit(Math.floor(ms / hour), 'hour') : unit(Math.floor(ms / day), 'day')
  },
  /** "3 minutes ago", "in 2 hours". */
  relative(at: Moment, now: number): string {
    const ms = new Date(at).getTime() - now
    const size = Math.abs(ms)
    const [value, name] =
      size < hour
        ? ([ms / minute, 'minute'] as const)
        : size < day
          ? ([ms / hour, 'hour'] as const)
          : ([ms / day, 'day'] as const)
    return formatter(
      'relative',
      {},
      (locale) => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
    ).format(Math.trunc(value), name)
  },
  /** A timer: 0:07, 12:05, 1:02:03. Below zero it shows 0:00. Set in class "tabular". */
  duration(ms: number): string {
    const seconds = Math.max(0, Math.floor(ms / 1000))
    const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
    return h ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`
  },
  /** A length in words, for screen readers and settings: "1 hour, 5 minutes". */
  spell(ms: number): string {
    const seconds = Math.max(0, Math.round(ms / 1000))
    const parts: [number, string][] = [
      [Math.floor(seconds / 86_400), 'day'],
      [Math.floor(seconds / 3600) % 24, 'hour'],
      [Math.floor(seconds / 60) % 60, 'minute'],
      [seconds % 60, 'second']
    ]
    const shown = parts.filter(([value]) => value > 0).slice(0, 2)
    return format.list(
      (shown.length ? shown : [[0, 'second'] as const]).map(([v, n]) => unit(v, n, 'long')),
      'unit'
    )
  },
  /** Bytes: 12 kB, 3.4 MB. */
  bytes(size: number): string {
    const step = size < 1000 ? 0 : size < 1e6 ? 1 : size < 1e9 ? 2 : 3
    const name = ['byte', 'kilobyte', 'megabyte', 'gigabyte'][step]
    return numbers({
      style: 'unit',
      unit: name,
      unitDisplay: 'short',
      maximumFractionDigits: step > 1 ? 1 : 0
    }).format(size / 1000 ** step)
  },
  list: (items: string[], type: 'conjunction' | 'disjunction' | 'unit' = 'conjunction') =>
    formatter('list', { type }, (locale) => new Intl.ListFormat(locale, { type })).format(items),
  /** Compares names the way a reader of the language sorts them. */
  compare: (a: string, b: string) =>
    formatter(
      'collate',
      {},
      (locale) => new Intl.Collator(locale, { numeric: true, sensitivity: 'base' })
    ).compare(a, b)
}
