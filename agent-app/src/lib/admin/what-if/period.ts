export const periods = ['today', 'yesterday', 'week', 'month', 'own'] as const

/** A period by name, or by two times as a browser's field holds them (2026-11-20T08:00, in the reader's zone). */
export interface Period {
  name: (typeof periods)[number]
  from: string
  to: string
}

const dayMs = 86_400_000
const longestMs = 31 * dayMs

/** What is wrong with a period; nothing when it can be replayed. */
export type PeriodFault = {
  field: 'from' | 'to'
  why: 'time-missing' | 'to-early' | 'from-late' | 'too-long'
}

/** The moments that a period means now. */
export function momentsOf({ name, from, to }: Period, now: number): { from: Date; to: Date } {
  const midnight = new Date(now).setHours(0, 0, 0, 0)
  const daysBefore = (days: number) =>
    new Date(new Date(midnight).setDate(new Date(midnight).getDate() - days))
  switch (name) {
    case 'today':
      return { from: new Date(midnight), to: new Date(now) }
    case 'yesterday':
      return { from: daysBefore(1), to: new Date(midnight) }
    case 'week':
      return { from: daysBefore(7), to: new Date(now) }
    case 'month':
      return { from: daysBefore(30), to: new Date(now) }
    case 'own':
      return { from: new Date(from), to: new Date(to) }
  }
}

export function faultOf(period: Period, now: number): PeriodFault | null {
  const { from, to } = momentsOf(period, now)
  if (Number.isNaN(from.getTime())) return { field: 'from', why: 'time-missing' }
  if (Number.isNaN(to.getTime())) return { field: 'to', why: 'time-missing' }
  if (from.getTime() >= now) return { field: 'from', why: 'from-late' }
  if (to <= from) return { field: 'to', why: 'to-early' }
  return to.getTime() - from.getTime() > longestMs ? { field: 'to', why: 'too-long' } : null
}

/** A moment as a browser's field holds it, to the minute, in the reader's zone. */
export function fieldText(moment: Date): string {
  const local = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000)
  return local.toISOString().slice(0, 16)
}
