import { idIn, isRecord, recordIn, textIn, type Fields } from './fields.ts'

/** One frame of jambonz, as far as it can be read. */
export interface Frame {
  type: string
  /** To be answered with; null when it has none. */
  msgid: string | null
  /** The path that we gave the verb. */
  hook: string
  data: Fields
}

/** Verb as it leaves: `verb` is its name, the rest its properties. */
export interface Verb {
  verb: string
  [property: string]: unknown
}

export type Command = {
  type: 'command'
  command: string
  data: Fields | Verb[]
  /** Camel case here, unlike everywhere else: without it some commands hit the wrong leg. */
  callSid?: string
}

/** Reads a frame; null when it is none. The top-level `call_sid` is left aside: it is missing or wrong on many sockets. */
export function readFrame(text: string): Frame | null {
  let frame: unknown
  try {
    frame = JSON.parse(text)
  } catch {
    return null
  }
  if (!isRecord(frame) || textIn(frame, 'type') === '') return null
  return {
    type: textIn(frame, 'type').slice(0, 60),
    msgid: idIn(frame, 'msgid'),
    hook: textIn(frame, 'hook').slice(0, 2_000),
    data: recordIn(frame, 'data')
  }
}

/** The ids of the call that a frame speaks of. */
export const callSidIn = (data: Fields): string | null => idIn(data, 'call_sid')
