/**
 * Minutes after midnight that clocks show in a country (ISO 3166) at this moment: one for each of its times, none for a
 * country that is not known. Zones come with the runtime's own time zone data.
 */
export function minutesIn(country: string | null, now: Date): number[] {
  return [...new Set(zonesOf(country).map((timeZone) => minutesAt(timeZone, now)))]
}

/** `HH:MM` of minutes after midnight. */
export const clockText = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

/** Runtimes give zones by a method or, older ones, by a property. */
interface WithZones {
  getTimeZones?(): string[] | undefined
  timeZones?: string[]
}

function zonesOf(country: string | null): string[] {
  if (country === null) return []
  const locale = new Intl.Locale('und', { region: country }) as unknown as WithZones
  return locale.getTimeZones?.() ?? locale.timeZones ?? []
}

/** Made once for a zone: making one costs a hundred times what it does. */
const clocks = new Map<string, Intl.DateTimeFormat>()

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known =
    clocks.get(timeZone) ??
    new Intl.DateTimeFormat('en', { timeZone, hour: 'numeric', minute: 'numeric', hourCycle: 'h23' })
  clocks.set(timeZone, known)
  return known
}

function minutesAt(timeZone: string, now: Date): number {
  const parts = clockOf(timeZone)
    .formatToParts(now)
    .map(({ type, value }) => [type, Number(value)] as const)
  const { hour = 0, minute = 0 } = Object.fromEntries(parts)
  return hour * 60 + minute
}
