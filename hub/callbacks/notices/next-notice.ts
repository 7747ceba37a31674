import type { LogLine } from '../../record/logged.ts'
import type { CallbackDoc, NoticesDoc } from '../callback.model.ts'
import type { Promised } from './when.ts'

/** Something that whoever asked is to be told. */
export interface Notice {
  kind: 'asked' | 'changed' | 'cancelled' | 'remind'
  dueAt: Date
  /** The line of the log that it is of. */
  line: number
  promised: Promised
}

export const untold: NoticesDoc = {
  line: 0,
  promise: '',
  remindedOf: null,
  dueAt: null,
  attempts: 0,
  claim: null
}

type Known = Pick<CallbackDoc, 'state' | 'source' | 'slot' | 'nextAt' | 'log' | 'notices'>

const minuteMs = 60_000
const promises = new Set(['asked', 'arranged', 'cancelled'])

/** Who asked by themselves, or chose a time, hears of it; who waited on the line has heard it there. */
const isWritten = ({ source, slot }: Known): boolean =>
  source === 'web' || source === 'api' || source === 'agent' || slot !== null

/** What is promised as it stands now; what is due within a minute of `since` is no later time. */
export function promisedOf(
  { state, slot, nextAt }: Pick<Known, 'state' | 'slot' | 'nextAt'>,
  since: Date
): Promised {
  if (state === 'cancelled') return { kind: 'cancelled' }
  if (slot) return { kind: 'slot', from: slot.from, to: slot.to }
  return state === 'scheduled' && nextAt && nextAt.getTime() > since.getTime() + minuteMs
    ? { kind: 'at', at: nextAt }
    : { kind: 'now' }
}

/** The last line of the log that promised, or took back. */
const promiseLine = ({ log }: Pick<Known, 'log'>): LogLine | null =>
  log.findLast(({ name }) => promises.has(name)) ?? null

const promiseKey = (promised: Promised): string => {
  const at = promised.kind === 'slot' ? promised.from : promised.kind === 'at' ? promised.at : null
  return at ? `${promised.kind}:${String(at.getTime())}` : promised.kind
}

/**
 * The next thing to tell, and when; null when there is none. Each promise is told once, the newest only, and what is
 * cancelled before anything was told is not told at all. A reminder goes before a slot that was promised earlier.
 */
export function nextNotice(doc: Known, remindMinutes: number | null, now: Date): Notice | null {
  const line = promiseLine(doc)
  if (!line || !isWritten(doc)) return null
  const told = doc.notices ?? untold
  const promised = promisedOf(doc, line.at)
  const isOpen = doc.state === 'scheduled' || doc.state === 'queued'
  const isNew = line.n > told.line && promiseKey(promised) !== told.promise
  if (isNew && (isOpen || (doc.state === 'cancelled' && told.promise !== ''))) {
    const kind =
      promised.kind === 'cancelled' ? 'cancelled' : told.promise === '' ? ('asked' as const) : 'changed'
    return { kind, dueAt: line.at, line: line.n, promised }
  }
  if (remindMinutes === null || promised.kind !== 'slot' || doc.state !== 'scheduled') return null
  const dueAt = new Date(promised.from.getTime() - remindMinutes * minuteMs)
  const isLate = now >= promised.from || line.at >= dueAt
  if (isLate || told.remindedOf?.getTime() === promised.from.getTime()) return null
  return { kind: 'remind', dueAt, line: line.n, promised }
}

/** What is noted once it was told. */
export const toldBy = ({ kind, line, promised }: Notice): Partial<NoticesDoc> =>
  kind === 'remind'
    ? { remindedOf: promised.kind === 'slot' ? promised.from : null }
    : { line, promise: promiseKey(promised) }
