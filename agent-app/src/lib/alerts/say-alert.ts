import { alertKinds, type Alert } from '@palabre/config/contract/alert'
import type { FigureName } from '@palabre/config/figures/names'
import { sayFigure } from '../board/say-figure.ts'
import { format, t } from '../words.svelte.ts'

/** One of a threshold alert's figures, as its unit is written. */
export function sayFigureOf({ figures }: Alert, of: 'value' | 'worst' | 'level'): string {
  const value = figures[of]
  return sayFigure(figures['figure'] as FigureName, typeof value === 'number' ? value : null)
}

/** What is wrong, in one sentence. */
export function sayAlert(alert: Alert): string {
  const { kind, subject, figures } = alert
  if (kind === 'threshold')
    return t('thresholds.what', {
      name: subject.name,
      figure: t(`figures.${figures['figure'] as FigureName}`),
      value: sayFigureOf(alert, 'value'),
      level: sayFigureOf(alert, 'level'),
      comparison: figures['comparison']
    })
  const at = figures['expiresAt'] ?? figures['lastAt']
  return t(`alert.${kind}`, { name: subject.name, when: typeof at === 'string' ? format.date(at) : '' })
}

/** What to do about it. */
export const sayHelp = (alert: Alert): string =>
  alert.kind === 'threshold'
    ? t('thresholds.item-worst', { worst: sayFigureOf(alert, 'worst') })
    : t(`alert.${alert.kind}-help`)

/** Where one can do something about it. */
export const placeOf = ({ kind, subject }: Alert): string =>
  alertKinds[kind] === 'threshold' ? '/board/alerts' : `/admin/accounts/${subject.id}`

/** It makes no noise now. */
export const isSilent = ({ silentUntil }: Alert, now: number): boolean =>
  silentUntil !== null && Date.parse(silentUntil) > now
