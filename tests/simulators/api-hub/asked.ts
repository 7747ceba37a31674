import type { IncomingMessage, ServerResponse } from 'node:http'
import { refusals, type RefusalName } from '@palabre/config/contract/errors'
import type { EventName, EventPayload } from '@palabre/config/contract/event'
import type { World } from './world.ts'

/** Thrown by an answer: becomes the declared HTTP refusal. */
export class Refuse extends Error {
  override readonly name: RefusalName
  readonly detail: string | undefined
  readonly fields: { path: string; message: string }[] | undefined
  constructor(name: RefusalName, detail?: string, fields?: { path: string; message: string }[]) {
    super(refusals[name][1])
    this.name = name
    this.detail = detail
    this.fields = fields
  }
}

export interface Asked {
  params: Record<string, string>
  query: Record<string, string>
  // The route's own schema has checked it; every answer knows its shape.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any
  world: World
  /** Tells every open socket, as the real hub would. */
  push: <N extends EventName>(name: N, payload: EventPayload<N>) => void
}
/** An answer that is no JSON: sound, a stream. */
export type WritesItself = (request: IncomingMessage, response: ServerResponse) => void

/** Answers by route name; what is missing is answered 404. */
export type Answers = Record<string, (asked: Asked) => unknown>
