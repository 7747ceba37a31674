import { say, type Locale, type Values } from '@palabre/config/i18n/catalogue'
import { figures } from '@palabre/config/i18n/words/figures'
import { wallboard } from '@palabre/config/i18n/words/wallboard'
import { definitions } from '@palabre/config/figures/definitions'
import type { FigureName } from '@palabre/config/figures/figures'
import type { ShownTile } from '@palabre/config/contract/wallboard'
import { format } from '../words.svelte.ts'

export type WallWord = keyof (typeof wallboard)['en'] & string

/** The words, numbers and times of one screen: in its language and zone, not in those of whoever looks at it. */
export class WallWords {
  readonly #locale: Locale
  readonly #number: Intl.NumberFormat
  readonly #percent: Intl.NumberFormat
  readonly #time: Intl.DateTimeFormat
  readonly #day: Intl.DateTimeFormat

  constructor(locale: Locale, timeZone: string) {
    this.#locale = locale
    const tag = locale === 'fr' ? 'fr-FR' : 'en-GB'
    this.#number = new Intl.NumberFormat(tag)
    this.#percent = new Intl.NumberFormat(tag, { style: 'percent', maximumFractionDigits: 0 })
    this.#time = new Intl.DateTimeFormat(tag, { hour: '2-digit', minute: '2-digit', timeZone })
    this.#day = new Intl.DateTimeFormat(tag, { weekday: 'long', day: 'numeric', month: 'long', timeZone })
  }

  t(key: WallWord, values?: Values): string {
    return say(this.#locale, wallboard[this.#locale][key], values)
  }

  count = (value: number | null): string => (value === null ? '–' : this.#number.format(value))
  share = (value: number | null): string => (value === null ? '–' : this.#percent.format(value))
  time = (at: number): string => this.#time.format(at)
  day = (at: number): string => this.#day.format(at)
  /** How long since; a dash where there is nothing. */
  since = (at: string | null, now: number): string =>
    at === null ? '–' : format.duration(now - Date.parse(at))

  /** What a tile is called. */
  label({ label, kind, figure }: ShownTile): string {
    if (label) return label
    return kind === 'figure' && figure ? figures[this.#locale][figure] : this.t(`kind-${kind}`)
  }

  /** A figure, growing by itself where it is told by its beginning. */
  figure(name: FigureName, value: number | null, since: string | null, now: number): string {
    if (since !== null) return this.since(since, now)
    if (value === null) return '–'
    const { unit } = definitions[name]
    return unit === 'count'
      ? this.count(value)
      : unit === 'share'
        ? this.share(value)
        : format.duration(value)
  }
}
