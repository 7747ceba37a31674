import { randomBytes } from 'node:crypto'

export type Fields = { [name: string]: unknown }

export interface Verb extends Fields {
  verb: string
}

/** What jambonz sends over the application's socket. */
export interface Frame {
  type: FrameType
  msgid: string
  call_sid?: string
  hook?: string
  data: unknown
  b3?: string
}

export type FrameType =
  | 'session:new'
  | 'session:reconnect'
  | 'session:redirect'
  | 'session:adulting'
  | 'call:status'
  | 'verb:hook'
  | 'verb:status'
  | 'dial:confirm'
  | 'jambonz:error'

export interface Command {
  command: string
  data: unknown
  queueCommand: boolean
  callSid?: string
}

/** One frame as it went over a wire; `dir` and the rest are those of recorded transcripts. */
export interface WireEntry {
  t: number
  dir: 'connect' | 'close' | 'jambonz->app' | 'app->jambonz'
  path: string
  msg: unknown
}

export const traceId = '0'.repeat(32)
export const b3 = `${traceId}-0000000000000000-1`

const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

/** 22 characters, as short-uuid makes them. */
export const newMsgid = () => [...randomBytes(22)].map((byte) => alphabet[byte % alphabet.length]).join('')

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** `X-Hub-Id` → `x_hub_id`, as jambonz writes header names in payloads. */
export const snakeKeys = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase().replaceAll('-', '_'), value])
  )
