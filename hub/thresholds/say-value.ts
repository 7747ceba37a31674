import { definitions } from '@palabre/config/figures/definitions'
import type { FigureName } from '@palabre/config/figures/names'
import type { Locale } from '@palabre/config/i18n/catalogue'

/** A length of time in its two largest units: "1 hour, 5 minutes". */
export function sayDuration(locale: Locale, ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  const parts = (
    [
      [Math.floor(seconds / 86_400), 'day'],
      [Math.floor(seconds / 3600) % 24, 'hour'],
      [Math.floor(seconds / 60) % 60, 'minute'],
      [seconds % 60, 'second']
    ] as const
  ).filter(([value, unit]) => value > 0 || (seconds === 0 && unit === 'second'))
  return new Intl.ListFormat(locale, { type: 'unit' }).format(
    parts
      .slice(0, 2)
      .map(([value, unit]) =>
        new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(value)
      )
  )
}

/** A figure's value as its unit is written. */
export function sayValue(
  locale: Locale,
  figure: FigureName,
  value: string | number | null | undefined
): string {
  if (typeof value !== 'number') return '–'
  const { unit } = definitions[figure]
  if (unit === 'ms') return sayDuration(locale, value)
  return new Intl.NumberFormat(locale, {
    maximumFractionDigits: 1,
    ...(unit === 'share' && { style: 'percent' })
  }).format(value)
}
