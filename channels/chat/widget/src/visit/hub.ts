import type {
  askVisitCallback,
  codeVisitCallback,
  offerVisitCallback
} from '@palabre/config/contract/callback'
import type { Input, Reply } from '@palabre/config/contract/define'
import type { Attachment } from '@palabre/config/contract/message'
import type { leaveOfflineMessage, openVisit } from '@palabre/config/contract/visitor'

export type AskedCallback = Reply<typeof askVisitCallback>

/** Longest wait for an answer, in milliseconds. */
const patience = 15_000

/** The hub said no, or nothing (`unreachable`). `error` is the name of the refusal. */
export class Refusal extends Error {
  readonly error: string
  constructor(error: string, message = error) {
    super(message)
    this.error = error
  }
}

/** The visitor's routes of the hub. Every failure is a Refusal. */
export class Hub {
  readonly #base: URL
  readonly #url: string

  constructor(base: URL, accountId: string) {
    this.#base = base
    this.#url = new URL(`api/visitor/${accountId}/`, base).href
  }

  open(body: Input<typeof openVisit>['body']): Promise<Reply<typeof openVisit>> {
    return this.#ask('open', body)
  }

  leaveOffline(token: string, body: Input<typeof leaveOfflineMessage>['body']): Promise<unknown> {
    return this.#ask('offline', body, token)
  }

  requestTranscript(token: string, email: string): Promise<unknown> {
    return this.#ask('transcript', { email }, token)
  }

  offerCallback(token: string): Promise<Reply<typeof offerVisitCallback>> {
    return this.#ask('callback', undefined, token)
  }

  sendCallbackCode(token: string, body: Input<typeof codeVisitCallback>['body']): Promise<unknown> {
    return this.#ask('callback/code', body, token)
  }

  askCallback(token: string, body: Input<typeof askVisitCallback>['body']): Promise<AskedCallback> {
    return this.#ask('callback', body, token)
  }

  /** A page of the hub, in the visitor's language. */
  pageUrl(path: string, lang: string): string {
    const url = new URL(path.replace(/^\//, ''), this.#base)
    url.searchParams.set('lang', lang)
    return url.href
  }

  /** A script of the widget's that is fetched when it is wanted. */
  scriptUrl(name: string): string {
    return new URL(`channels/chat/${name}.js`, this.#base).href
  }

  get liveUrl(): string {
    return `${this.#url.replace(/^http/, 'ws')}live`
  }

  fileUrl(token: string, id: string): string {
    return `${this.#url}attachments/${id}?token=${encodeURIComponent(token)}`
  }

  /** Uploads one file; `progress` goes from 0 to 1. (`fetch` cannot tell how much has left.) */
  upload(
    token: string,
    file: File,
    progress: (share: number) => void,
    signal: AbortSignal
  ): Promise<Attachment> {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest()
      request.open('POST', `${this.#url}attachments`)
      request.setRequestHeader('Authorization', `Bearer ${token}`)
      request.upload.onprogress = ({ loaded, total }) => progress(total > 0 ? loaded / total : 0)
      request.onload = () => {
        const answer = parse(request.responseText)
        if (request.status >= 200 && request.status < 300) resolve(answer as Attachment)
        else reject(refusalOf(answer, request.status))
      }
      request.onerror = request.onabort = () => reject(new Refusal('unreachable'))
      signal.addEventListener('abort', () => request.abort())
      const body = new FormData()
      body.append('file', file, file.name)
      request.send(body)
    })
  }

  /** A POST with a body, else a GET. */
  async #ask<T>(path: string, body: unknown, token?: string): Promise<T> {
    const abort = new AbortController()
    const timer = setTimeout(() => abort.abort(), patience)
    try {
      const reply = await fetch(this.#url + path, {
        method: body === undefined ? 'GET' : 'POST',
        credentials: 'omit',
        headers: {
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
          ...(token === undefined ? {} : { Authorization: `Bearer ${token}` })
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: abort.signal
      })
      const answer = parse(await reply.text())
      if (!reply.ok) throw refusalOf(answer, reply.status)
      return answer as T
    } catch (error) {
      throw error instanceof Refusal ? error : new Refusal('unreachable', String(error))
    } finally {
      clearTimeout(timer)
    }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Proxies between us and the hub answer without our names, so the status has to do. */
function refusalOf(answer: unknown, status: number): Refusal {
  const { error, message } = (answer ?? {}) as { error?: unknown; message?: unknown }
  if (typeof error === 'string') return new Refusal(error, String(message ?? error))
  const known: Record<number, string> = {
    401: 'visitor-rejected',
    403: 'wrong-origin',
    404: 'not-found',
    413: 'too-large',
    415: 'wrong-type',
    429: 'too-many-requests',
    502: 'unreachable',
    503: 'starting-up',
    504: 'unreachable'
  }
  return new Refusal(known[status] ?? 'unexpected', `HTTP ${status}`)
}
