import type { Attachment } from '@palabre/config/contract/message'
import type { VisitorMessage } from '@palabre/config/contract/visitor'
import type { Letter } from '../visit/outbox.svelte.ts'

/** One message as it is shown, stored or still on its way. */
export interface Entry {
  /** The same before and after the hub has stored it. */
  key: string
  text: string
  attachments: Attachment[]
  at: Date
  state: VisitorMessage['state'] | 'sending' | 'failed'
  letter?: Letter
}

/** What one side said without a pause. */
export interface Run {
  key: string
  mine: boolean
  authorName: string
  /** Set on the first run of a day. */
  day?: Date
  entries: Entry[]
}

/** Longest pause inside a run, in milliseconds. */
const pause = 5 * 60_000

/** A message gives the same entry each time: of a long conversation only what is new is drawn. */
const entries = new WeakMap<VisitorMessage, Entry>()

function entryOf(message: VisitorMessage): Entry {
  const { id, clientId, text, attachments, state, at } = message
  const entry = entries.get(message) ?? { key: clientId ?? id, text, attachments, at: new Date(at), state }
  entries.set(message, entry)
  return entry
}

/** Groups messages, and after them what is still on its way, by day and sender. */
export function arrangeRuns(messages: VisitorMessage[], letters: Letter[]): Run[] {
  const runs: Run[] = []
  let day = ''
  const add = (mine: boolean, authorName: string, entry: Entry) => {
    const isNewDay = entry.at.toDateString() !== day
    day = entry.at.toDateString()
    const last = runs.at(-1)
    const follows =
      last?.mine === mine &&
      (mine || last.authorName === authorName) &&
      entry.at.getTime() - last.entries.at(-1)!.at.getTime() < pause
    if (last && follows && !isNewDay) last.entries.push(entry)
    else
      runs.push({
        key: entry.key,
        mine,
        authorName,
        ...(isNewDay ? { day: entry.at } : {}),
        entries: [entry]
      })
  }
  for (const message of messages) add(message.mine, message.authorName, entryOf(message))
  for (const letter of letters) {
    const { clientId, text, attachments, at, failure } = letter
    const state = failure ? 'failed' : 'sending'
    add(true, '', { key: clientId, text, attachments, at: new Date(at), state, letter })
  }
  return runs
}
