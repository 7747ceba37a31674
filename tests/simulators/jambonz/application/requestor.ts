import type { Command, Fields, FrameType } from '../frame.ts'

/** A request that will get no answer: refused, timed out, or abandoned with its connection. */
export class Unanswered extends Error {}

export interface Request {
  type: FrameType
  hook?: string
  data: Fields
  /** Where jambonz puts its trace header; session:redirect and others have none. */
  b3?: 'frame' | 'data'
}

/** jambonz's line to the application: a socket of its own for each call, or webhooks. */
export interface Requestor {
  readonly kind: 'socket' | 'webhook'
  /** Relative hooks are resolved against this. */
  readonly base: URL
  /** Resolves to what the application acked, which may be anything. Rejects with Unanswered. */
  request: (request: Request) => Promise<unknown>
  /** Sends what needs no answer. */
  alert: (type: FrameType, data: Fields) => void
  close: (code: number, now?: boolean) => void
  onCommand?: (command: Command) => void
  /** A session:reconnect was not acked: jambonz gives the call up. */
  onLost?: () => void
}
