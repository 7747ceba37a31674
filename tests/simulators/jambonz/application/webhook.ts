import type { Command, Fields, FrameType } from '../frame.ts'
import { pause } from '../pause.ts'
import { firstBackoff, nextBackoff, timing } from '../timing.ts'
import type { Wire } from '../wire.ts'
import { Unanswered, type Request, type Requestor } from './requestor.ts'
import { failureOf, retryPolicy } from './retry.ts'
import { sign } from './signature.ts'

export interface WebhookOptions {
  secret: string
  auth?: { username: string; password: string }
  /** Where call:status goes; without it they are not told. */
  statusUrl?: URL
}

/** An application that is called by signed HTTP POSTs, and answers with verbs. */
export class Webhook implements Requestor {
  readonly kind = 'webhook'
  readonly base: URL
  onCommand?: (command: Command) => void
  onLost?: () => void
  readonly #wire: Wire
  readonly #options: WebhookOptions

  constructor(url: URL, wire: Wire, options: WebhookOptions) {
    this.base = url
    this.#wire = wire
    this.#options = options
  }

  request({ hook, data }: Request): Promise<unknown> {
    return this.post(hook === undefined ? this.base : new URL(hook, this.base), data)
  }

  alert(type: FrameType, data: Fields) {
    const { statusUrl } = this.#options
    if (type !== 'call:status' || !statusUrl) return
    this.post(statusUrl, data).catch((error: unknown) =>
      this.#wire.log('close', statusUrl.pathname, { error: String(error) })
    )
  }

  close() {
    // Webhooks keep nothing open.
  }

  /** The parsed answer; undefined when it has none. */
  async post(url: URL, data: Fields): Promise<unknown> {
    const { count, on } = retryPolicy(url, 'webhook')
    let backoff = firstBackoff
    for (let tries = 0; ; tries++) {
      try {
        return await this.#once(url, data)
      } catch (error) {
        if (tries >= count || !on(failureOf(error))) throw new Unanswered(String(error), { cause: error })
        await pause(backoff)
        backoff = nextBackoff(backoff)
      }
    }
  }

  async #once(url: URL, data: Fields): Promise<unknown> {
    const body = JSON.stringify(data)
    const { secret, auth } = this.#options
    const basic = auth && Buffer.from(`${auth.username}:${auth.password}`).toString('base64')
    const target = new URL(url)
    target.hash = ''
    this.#wire.log('jambonz->app', target.pathname, data)
    const response = await fetch(target, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'jambonz',
        'jambonz-signature': sign(secret, body),
        ...(basic && { authorization: `Basic ${basic}` })
      },
      body,
      signal: AbortSignal.timeout(timing.webhook)
    })
    const text = await response.text()
    if (![200, 202, 204].includes(response.status))
      throw new Error(`Unexpected server response: ${response.status}`)
    const answer: unknown = text ? JSON.parse(text) : undefined
    this.#wire.log('app->jambonz', target.pathname, answer)
    return answer
  }
}
