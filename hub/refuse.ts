import { refusals, type RefusalName } from '@palabre/config/contract/errors'

/** A refusal by name; the HTTP answer and the log line are made from it in one place (plugins/refusals). */
export class Refusal extends Error {
  readonly refusal: RefusalName
  readonly status: number
  readonly detail: string | undefined
  readonly fields: { path: string; message: string }[] | undefined
  constructor(
    refusal: RefusalName,
    detail?: string,
    fields?: { path: string; message: string }[],
    options?: ErrorOptions
  ) {
    const [status, message] = refusals[refusal]
    super(message, options)
    this.name = 'Refusal'
    this.refusal = refusal
    this.status = status
    this.detail = detail
    this.fields = fields
  }
}

/** Refuses by name: `refuse('not-yours')`. */
export function refuse(
  name: RefusalName,
  detail?: string,
  fields?: { path: string; message: string }[]
): never {
  throw new Refusal(name, detail, fields)
}

/** The thing itself, or the refusal `not-found`. */
export function found<T>(thing: T | null | undefined): T {
  if (thing === null || thing === undefined) refuse('not-found')
  return thing
}
