/** What clocks of a zone show at a moment: `2026-11-24T09:30`. */
export function localNow(at: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit'
  }).formatToParts(at)
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? ''
  return `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}`
}

/** Has a local time gone by at a moment? Both are compared as clocks there show them. */
export const isPast = (local: string, at: number, timeZone: string): boolean =>
  local <= localNow(at, timeZone)

/** A local time for people, the day by its name where there is room. */
export const sayLocal = (local: string, locale: string, dateStyle: 'full' | 'medium' = 'full'): string =>
  new Intl.DateTimeFormat(locale === 'fr' ? 'fr-FR' : 'en-GB', {
    dateStyle,
    timeStyle: 'short',
    timeZone: 'UTC'
  }).format(new Date(`${local}:00Z`))
