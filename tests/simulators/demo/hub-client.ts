import { WebSocket } from 'ws'
import type { EventName, EventPayload } from '@palabre/config/contract/event'

/** What the demo needs of the hub: somebody signed in, over the API that everybody has. */
export class HubClient {
  readonly url: string
  readonly #headers: Record<string, string>

  private constructor(url: string, headers: Record<string, string>) {
    this.url = url
    this.#headers = headers
  }

  /** @throws Error for people: nobody answers there, or lets us in */
  static async signIn(url: string, email: string, password: string): Promise<HubClient> {
    const response = await fetch(`${url}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password })
    }).catch(() => {
      throw new Error(`No Palabre answers at ${url}. Start it with "npm start", or say where it is: --hub`)
    })
    if (!response.ok)
      throw new Error(
        `${email} may not sign in at ${url}: is its password another one? Say it with --password`
      )
    const { csrf } = (await response.json()) as { csrf: string }
    return new HubClient(url, {
      cookie: response.headers.get('set-cookie')?.split(';')[0] ?? '',
      'x-csrf-token': csrf
    })
  }

  get = <T>(path: string) => this.#send<T>('GET', path)
  post = <T>(path: string, body: unknown) => this.#send<T>('POST', path, body)
  patch = <T>(path: string, body: unknown) => this.#send<T>('PATCH', path, body)

  /** Hears these events of topics until it is closed; after a lost connection it listens again. */
  follow<N extends EventName>(
    name: N,
    topics: string[],
    hear: (payload: EventPayload<N>) => void
  ): { close: () => void } {
    let isWanted = true
    let socket: WebSocket
    const open = () => {
      socket = new WebSocket(`${this.url.replace(/^http/, 'ws')}/api/live`, { headers: this.#headers })
      socket.on('open', () => socket.send(JSON.stringify({ type: 'hello', topics })))
      socket.on('message', (data: Buffer) => {
        const frame = JSON.parse(String(data)) as { type: string; name?: string; payload?: unknown }
        if (frame.type === 'event' && frame.name === name) hear(frame.payload as EventPayload<N>)
      })
      socket.on('error', () => socket.terminate())
      socket.on('close', () => {
        if (isWanted) setTimeout(open, 1000).unref()
      })
    }
    open()
    return {
      close: () => {
        isWanted = false
        socket.close()
      }
    }
  }

  async #send<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(this.url + path, {
      method,
      headers: { ...this.#headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) })
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${text}`)
    return JSON.parse(text) as T
  }
}
