const hour = 3_600_000

const at = (base: Date, days: number, hours: number) => {
  const then = new Date(base)
  then.setDate(then.getDate() + days)
  then.setHours(hours, 0, 0, 0)
  return then
}

/** Days until the next Monday; a week on a Monday. */
const toMonday = (base: Date) => (8 - base.getDay()) % 7 || 7

/** Moments that people mean when they put something off, by the clock of their desk. */
export const moments = {
  inHours: (now: number, hours: number) => new Date(now + hours * hour),
  tomorrow: (now: number, hours: number) => at(new Date(now), 1, hours),
  monday: (now: number, hours: number) => at(new Date(now), toMonday(new Date(now)), hours)
}

/** The value of an input of type datetime-local, in local time. */
export const localInput = (then: Date): string =>
  new Date(then.getTime() - then.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
