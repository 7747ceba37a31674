import { words } from '../../words.svelte.ts'

/** "Mon 23 Nov, 14:05" on the clocks of a zone. */
export const timeThere = (at: number, timeZone: string): string =>
  new Intl.DateTimeFormat(words.locale === 'fr' ? 'fr-FR' : 'en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZone
  }).format(at)
