import { definitions } from '@palabre/config/figures/definitions'
import type { FigureName } from '@palabre/config/figures/figures'
import { format, t } from '../words.svelte.ts'

/** A figure as readers of the language write it; a dash where there is none. */
export function sayFigure(name: FigureName, value: number | null): string {
  if (value === null) return '–'
  switch (definitions[name].unit) {
    case 'count':
      return format.number(value)
    case 'ms':
      return format.duration(value)
    case 'share':
      return format.percent(value)
  }
}

/** The same for ears: a dash is not read out. */
export const speakFigure = (name: FigureName, value: number | null): string =>
  value === null
    ? t('board.no-value')
    : definitions[name].unit === 'ms'
      ? format.spell(value)
      : sayFigure(name, value)
