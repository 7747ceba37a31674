import type { Input, Reply, Route } from '@palabre/config/contract/define'
import { refusals, type RefusalName, type RefusalReply } from '@palabre/config/contract/errors'
import { clock } from './clock.svelte.ts'
import { t } from './words.svelte.ts'

/** Names of the contract, and one of the app's own: nobody answered. */
export type RefusedBecause = RefusalName | 'unreachable'

/** What every failed `call` throws. `message` is in the language of the moment; `explain(refusal)` follows a switch. */
export class Refusal extends Error {
  override readonly name: RefusedBecause
  /** HTTP status; 0 when nobody answered. */
  readonly status: number
  readonly fields: { path: string; message: string }[]
  readonly detail: string | undefined

  constructor(name: RefusedBecause, status: number, reply?: RefusalReply) {
    super(sayRefusal(name))
    this.name = name
    this.status = status
    this.fields = reply?.fields ?? []
    this.detail = reply?.detail
  }

  /** What is wrong with one field: `refusal.at('email')` also finds `/body/change/email`. */
  at(field: string): string | undefined {
    const wanted = field.replaceAll('.', '/')
    return this.fields.find(({ path }) => `/${path.replaceAll('.', '/')}`.endsWith(`/${wanted}`))?.message
  }
}

const sayRefusal = (name: RefusedBecause) =>
  name === 'unreachable' ? t('app.unreachable') : t(`refusal.${name}`)

/** Any caught error in plain words, in the reader's language. */
export const explain = (error: unknown): string =>
  sayRefusal(error instanceof Refusal ? error.name : 'unexpected')

type Optional<T, K extends PropertyKey> = Omit<T, K> & (K extends keyof T ? { [P in K]?: T[P] } : unknown)

/** Params, query and body of a route; the query may be left out when all of it may. */
export type CallInput<T extends Route> = 'query' extends keyof Input<T>
  ? object extends Input<T>['query' & keyof Input<T>]
    ? Optional<Input<T>, 'query'>
    : Input<T>
  : Input<T>

type CallArguments<T extends Route> =
  object extends CallInput<T>
    ? [input?: CallInput<T>, options?: CallOptions]
    : [input: CallInput<T>, options?: CallOptions]

export interface CallOptions {
  signal?: AbortSignal
}

interface Parts {
  params?: Record<string, unknown>
  query?: Record<string, unknown>
  body?: unknown
}

interface SessionPort {
  csrf: () => string
  /** Told of every refusal; the session decides whether it has ended. */
  refused: (name: RefusedBecause) => void
}
let session: SessionPort = { csrf: () => '', refused: () => {} }

/** The session gives its csrf value to `call` and hears its refusals. */
export const bindSession = (port: SessionPort) => {
  session = port
}

const timeoutMs = 30_000

/**
 * Calls one route of the contract and gives its reply. Nothing is repeated by itself.
 * @throws {Refusal} by the name that the hub gave, or `unreachable`; an aborted call throws the signal's reason
 */
export async function call<const T extends Route>(
  route: T,
  ...[input, options]: CallArguments<T>
): Promise<Reply<T>> {
  const parts = (input ?? {}) as Parts
  const headers: Record<string, string> = { accept: 'application/json' }
  if (route.method !== 'GET') headers['x-csrf-token'] = session.csrf()
  if (parts.body !== undefined) headers['content-type'] = 'application/json'
  const deadline = AbortSignal.timeout(timeoutMs)
  const caller = options?.signal
  let response: Response
  let text: string
  try {
    response = await fetch(addressOf(route, parts), {
      method: route.method,
      headers,
      body: parts.body === undefined ? undefined : JSON.stringify(parts.body),
      credentials: 'same-origin',
      cache: 'no-store',
      signal: caller ? AbortSignal.any([caller, deadline]) : deadline
    })
    text = await response.text()
  } catch {
    caller?.throwIfAborted()
    throw refuse('unreachable', 0)
  }
  clock.learn(response.headers.get('date'))
  if (!response.ok) throw refusalOf(response.status, text)
  return parse(text) as Reply<T>
}

/**
 * Opens a route whose answer comes bit by bit, without a time limit; `signal` ends it.
 * @throws {Refusal} as `call`
 */
export async function openStream<const T extends Route & { method: 'GET'; download: true }>(
  route: T,
  input: CallInput<T>,
  signal: AbortSignal
): Promise<ReadableStream<Uint8Array>> {
  let response: Response
  try {
    response = await fetch(addressOf(route, input as Parts), {
      credentials: 'same-origin',
      cache: 'no-store',
      signal
    })
  } catch {
    signal.throwIfAborted()
    throw refuse('unreachable', 0)
  }
  if (!response.ok || !response.body) throw refusalOf(response.status, await response.text())
  return response.body
}

/** Path with query of a route, for links to downloads. */
export const address = <const T extends Route>(route: T, ...[input]: CallArguments<T>): string =>
  addressOf(route, (input ?? {}) as Parts)

/**
 * Sends one file to an upload route.
 * @param onProgress share sent so far, 0…1
 * @throws {Refusal} as `call`; an aborted upload throws the signal's reason
 */
export function upload<const T extends Route & { upload: true }>(
  route: T,
  params: 'params' extends keyof Input<T> ? Input<T>['params' & keyof Input<T>] : Record<string, never>,
  file: File,
  onProgress: (share: number) => void = () => {},
  { signal }: CallOptions = {}
): Promise<Reply<T>> {
  const form = new FormData()
  form.append('file', file, file.name)
  return new Promise((resolve, reject) => {
    // fetch tells nothing of what has been sent.
    const request = new XMLHttpRequest()
    request.open(route.method, addressOf(route, { params: params as Record<string, unknown> }))
    request.setRequestHeader('x-csrf-token', session.csrf())
    request.setRequestHeader('accept', 'application/json')
    request.upload.onprogress = ({ loaded, total }) => onProgress(total ? loaded / total : 0)
    request.onerror = () => reject(refuse('unreachable', 0))
    request.onabort = () => reject(signal?.reason ?? refuse('unreachable', 0))
    request.onload = () => {
      if (request.status < 200 || request.status > 299)
        return reject(refusalOf(request.status, request.responseText))
      onProgress(1)
      resolve(parse(request.responseText) as Reply<T>)
    }
    signal?.addEventListener('abort', () => request.abort(), { once: true })
    if (signal?.aborted) return reject(signal.reason)
    request.send(form)
  })
}

function addressOf(route: Route, { params, query }: Parts): string {
  const path = route.url.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params?.[name])))
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {}))
    if (value !== undefined && value !== null) search.append(name, String(value))
  return search.size ? `${path}?${search}` : path
}

function refuse(name: RefusedBecause, status: number, reply?: RefusalReply): Refusal {
  session.refused(name)
  return new Refusal(name, status, reply)
}

function refusalOf(status: number, text: string): Refusal {
  const reply = parse(text) as RefusalReply | undefined
  if (reply && reply.error in refusals) return refuse(reply.error as RefusalName, status, reply)
  // A proxy in between answers in its own words while the hub is away.
  return status === 502 || status === 503 || status === 504
    ? refuse('starting-up', status)
    : refuse('unexpected', status)
}

function parse(text: string): unknown {
  try {
    return text ? JSON.parse(text) : undefined
  } catch {
    return undefined
  }
}
