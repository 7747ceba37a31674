import type { Callback, Slot } from '@palabre/config/contract/callback'
import type { AttemptCause } from '@palabre/config/contract/call-end'
import { groupNumber } from '../call/number.ts'
import { format, t } from '../words.svelte.ts'
import { latenessOf } from './standing.ts'

const day = 86_400_000
const minute = 60_000

/** Whoever is to be called: their name, else their number. */
export const nameOf = ({ name, number }: Pick<Callback, 'name' | 'number'>): string =>
  name || groupNumber(number)

/** Words that stand alone, or begin a line. */
export const atStart = (text: string): string => text.charAt(0).toLocaleUpperCase() + text.slice(1)

/** A day as people name it: today, tomorrow, yesterday, else by weekday and date. */
export function sayDay(at: string | number, now: number): string {
  const text = new Date(at).toDateString()
  if (text === new Date(now).toDateString()) return t('callbacks.today')
  if (text === new Date(now + day).toDateString()) return t('callbacks.tomorrow')
  if (text === new Date(now - day).toDateString()) return t('callbacks.yesterday')
  return format.day(at)
}

export const saySlot = ({ from, to }: Slot, now: number): string =>
  t('callbacks.slot', { day: sayDay(from, now), from: format.time(from), to: format.time(to) })

export const sayMoment = (at: string | number, now: number): string =>
  t('callbacks.moment', { day: sayDay(at, now), from: format.time(at) })

/** When it is, or was, to be called. */
export function sayWhen({ slot, nextAt }: Pick<Callback, 'slot' | 'nextAt'>, now: number): string {
  if (slot) return saySlot(slot, now)
  return nextAt !== null && Date.parse(nextAt) > now ? sayMoment(nextAt, now) : t('callbacks.asap')
}

/** A length in its largest unit, at least a minute: "3 min", "2 h". */
const short = (ms: number) => format.age(0, Math.max(ms, minute))

/** How long until it, or since; `tone` says how bad that is. Null for what is over. */
export function sayCountdown(
  callback: Callback,
  now: number
): { text: string; tone: 'late' | 'due' | 'plain' } | null {
  const { state, slot, nextAt, createdAt, attempts } = callback
  if (state !== 'scheduled' && state !== 'queued') return null
  const late = latenessOf(callback, now)
  if (late !== null) return { text: t('callbacks.late-by', { time: short(late) }), tone: 'late' }
  const begin = slot ? Date.parse(slot.from) : nextAt === null ? null : Date.parse(nextAt)
  if (begin !== null && begin > now)
    return { text: t('callbacks.in-time', { time: short(begin - now) }), tone: 'plain' }
  if (slot) return { text: t('callbacks.left', { time: short(Date.parse(slot.to) - now) }), tone: 'due' }
  if (begin !== null || attempts.length) return { text: t('callbacks.is-due'), tone: 'due' }
  return { text: t('callbacks.waits-since', { time: short(now - Date.parse(createdAt)) }), tone: 'due' }
}

/** How an attempt ended; null: somebody was reached. */
export const sayCause = (cause: AttemptCause | null): string =>
  t(cause === null ? 'callbacks.cause-reached' : `callbacks.cause-${cause}`)
