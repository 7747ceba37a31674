import type { Agent } from '@palabre/config/contract/agent'

/** A quarter of an hour of one agent, as boards and her own screen hear of it. */
export interface Quarter {
  slot: string
  sums: Record<string, number>
  version: number
}

/** What an agent did in a day: counts and ms. */
export interface DayFigures {
  handled: number
  /** Average from taking to closing; null when nothing was closed. */
  ahtMs: number | null
  missed: number
  readyMs: number
  pausedMs: number
}

export const noFigures: DayFigures = { handled: 0, ahtMs: null, missed: 0, readyMs: 0, pausedMs: 0 }

/** The sums of quarters since `from`. */
export function figuresOf(quarters: Iterable<Quarter>, from: number): DayFigures {
  const total: Record<string, number> = {}
  for (const { slot, sums } of quarters)
    if (Date.parse(slot) >= from)
      for (const [name, value] of Object.entries(sums)) total[name] = (total[name] ?? 0) + value
  const handled = total['handled'] ?? 0
  return {
    handled,
    ahtMs: handled > 0 ? (total['handledMs'] ?? 0) / handled : null,
    missed: total['missed'] ?? 0,
    readyMs: total['readyMs'] ?? 0,
    pausedMs: total['pausedMs'] ?? 0
  }
}

/** With the state that lasts: its time is added up when it ends. */
export function withRunning(
  figures: DayFigures,
  { state, since }: Pick<Agent['presence'], 'state' | 'since'>,
  from: number,
  now: number
): DayFigures {
  const ms = Math.max(0, now - Math.max(Date.parse(since), from))
  if (state === 'ready') return { ...figures, readyMs: figures.readyMs + ms }
  return state === 'paused' ? { ...figures, pausedMs: figures.pausedMs + ms } : figures
}

/** When the day of this screen's clock began. */
export function dayStart(now: number): number {
  const midnight = new Date(now)
  return midnight.setHours(0, 0, 0, 0)
}
