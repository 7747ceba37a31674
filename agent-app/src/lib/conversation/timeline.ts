import type { LogEntry } from '@palabre/config/contract/interaction'
import type { Message } from '@palabre/config/contract/message'
import type { CallEntry } from '../call/thread-calls.svelte.ts'

export type Entry =
  | { kind: 'day'; key: string; at: string }
  | { kind: 'new'; key: string }
  | { kind: 'log'; key: string; entry: LogEntry }
  | { kind: 'call'; key: string; call: CallEntry }
  | { kind: 'message'; key: string; message: Message; first: boolean; last: boolean }

/** Messages of one sender within so many ms stand together. */
const runMs = 5 * 60_000

const byTime = (a: Message, b: Message) =>
  a.at < b.at ? -1 : a.at > b.at ? 1 : a.id < b.id ? -1 : a.id > b.id ? 1 : 0

/** Adds or replaces messages by id and keeps them in order of time, then id. */
export function place(messages: readonly Message[], added: readonly Message[]): Message[] {
  const byId = new Map(messages.map((message) => [message.id, message]))
  for (const message of added) byId.set(message.id, message)
  return [...byId.values()].sort(byTime)
}

const dayOf = (at: string) => new Date(at).toDateString()
const sameRun = (a: Message | undefined, b: Message | undefined) =>
  !!a &&
  !!b &&
  a.kind === b.kind &&
  a.author.kind === b.author.kind &&
  a.author.id === b.author.id &&
  a.author.name === b.author.name &&
  a.whisper?.agentId === b.whisper?.agentId &&
  Date.parse(b.at) - Date.parse(a.at) < runMs &&
  dayOf(a.at) === dayOf(b.at)

interface Told {
  newFrom: string | null
  complete: boolean
  calls?: readonly CallEntry[]
}

/**
 * The thread as it is read: days, messages in runs of one sender, calls, and quiet lines of the story between them.
 * Lines and calls older than the first message that is loaded wait until it is. `newFrom` is the id of the first unseen
 * message.
 */
export function timeline(
  messages: readonly Message[],
  log: readonly LogEntry[],
  { newFrom, complete, calls = [] }: Told
): Entry[] {
  const isReached = ({ at }: { at: string }) => complete || (messages[0] && at >= messages[0].at)
  const both: { at: string; message?: Message; line?: LogEntry; call?: CallEntry }[] = [
    ...messages.map((message) => ({ at: message.at, message })),
    ...calls.filter(isReached).map((call) => ({ at: call.at, call })),
    ...log.filter(isReached).map((line) => ({ at: line.at, line }))
  ]
  // At the same moment the message comes first: it is what the line is about.
  both.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : Number(!!a.line) - Number(!!b.line)))
  const entries: Entry[] = []
  let day = ''
  let previous: Message | undefined
  for (const [n, { at, message, line, call }] of both.entries()) {
    if (dayOf(at) !== day) {
      day = dayOf(at)
      entries.push({ kind: 'day', key: `day-${day}`, at })
      previous = undefined
    }
    if (line) {
      entries.push({ kind: 'log', key: `log-${line.n}-${line.at}`, entry: line })
      previous = undefined
    } else if (call) {
      entries.push({ kind: 'call', key: `call-${call.id}`, call })
      previous = undefined
    } else if (message) {
      if (message.id === newFrom) {
        entries.push({ kind: 'new', key: 'new' })
        previous = undefined
      }
      const next = both[n + 1]?.message
      const first = !sameRun(previous, message)
      const last = !next || next.id === newFrom || !sameRun(message, next)
      entries.push({ kind: 'message', key: message.id, message, first, last })
      previous = message
    }
  }
  return entries
}

/** The first of the customer's last `unread` messages. */
export function firstUnread(messages: readonly Message[], unread: number): string | null {
  if (unread <= 0) return null
  const incoming = messages.filter(({ kind }) => kind === 'in')
  return incoming.at(-Math.min(unread, incoming.length))?.id ?? null
}
