import type { IncomingMessage } from 'node:http'
import { createHash } from 'node:crypto'
import Twit, { type RequestOptions, type TwitError } from 'twit'
import { ChannelError } from '../channel.ts'
import { networkReason } from '../network-error.ts'
import { Budget } from './budget.ts'
import { failureOf } from './failure.ts'
import { limits } from './limits.ts'
import { pathOf, type Question, type XPort } from './port.ts'
import { settingsOf, trustsAnyCertificate, type XAccount, type XSettings } from './settings.ts'

/** What travels through twit's parameters; twit reads `twit_options` of it, which is never there. */
interface Carried {
  query: Record<string, string>
  json: object | undefined
  signal: AbortSignal
}

/**
 * twit knows version 1.1 of the API: it puts the parameters of a POST into the address, follows redirects, reads text
 * piece by piece (which breaks characters in two) and takes answers of any size. Here it is told otherwise.
 */
class SignedClient extends Twit {
  protected override _buildReqOpts(
    method: string,
    path: string,
    carried: object,
    isStreaming: boolean,
    done: (error: Error | null, options?: RequestOptions) => void
  ): void {
    const { query, json, signal } = carried as Carried
    super._buildReqOpts(method, path, query, isStreaming, (error, options) => {
      if (error || !options) return done(error)
      done(null, {
        ...options,
        encoding: 'utf8',
        followRedirect: false,
        maxResponseSize: limits.answerBytes,
        signal,
        ...(json && { json: true, body: json })
      })
    })
  }
}

/** X with twit: every question is signed in the name of the account (OAuth 1.0a). */
class TwitPort implements XPort {
  private readonly twit: SignedClient
  private readonly base: string
  private readonly budget = new Budget()

  constructor(settings: XSettings) {
    this.base = settings.apiUrl.replace(/\/+$/, '')
    this.twit = new SignedClient({
      consumer_key: settings.consumerKey,
      consumer_secret: settings.consumerSecret,
      access_token: settings.accessToken,
      access_token_secret: settings.accessTokenSecret,
      strictSSL: !trustsAnyCertificate(settings)
    })
  }

  async ask(question: Question): Promise<unknown> {
    const key = `${question.method} ${question.endpoint}`
    this.budget.check(key)
    const { response, body } = await this.request(question)
    const status = response.statusCode ?? 0
    const waitMs = this.budget.note(key, status, response.headers)
    // Problems of version 2 come without `errors`, and twit takes them for answers: the status alone tells.
    if (status < 200 || status > 299) throw failureOf(status, body, waitMs)
    if (typeof body === 'string' && body !== '')
      throw new ChannelError('unreachable', 'The answer of X cannot be read.')
    return body === '' ? undefined : body
  }

  private request(question: Question): Promise<{ response: IncomingMessage; body: unknown }> {
    const { method, query = {}, json, ms = limits.callMs, signal } = question
    const late = AbortSignal.timeout(ms)
    const either = signal ? AbortSignal.any([signal, late]) : late
    const carried: Carried = { query, json, signal: either }
    return new Promise((resolve, reject) => {
      if (either.aborted) return reject(networkFailure(either.reason as Error, late))
      this.twit.request(method, this.base + pathOf(question), carried, (error, body, response) => {
        // An error with a status is an answer of X's, whatever twit thinks of it.
        if (response && !(error && typeof error.statusCode !== 'number')) resolve({ response, body })
        else reject(networkFailure(error ?? new Error('no answer'), late))
      })
    })
  }
}

/** twit takes the code from a network error; what is left of it stands in the message. */
function networkFailure(error: TwitError, late: AbortSignal): ChannelError {
  const { message } = error
  const said = /\b(E[A-Z]{4,}|[A-Z]{3,}(?:_[A-Z]+)+)\b/.exec(message)?.[1]
  const isLate = late.aborted || said === 'ESOCKETTIMEDOUT'
  const code = isLate ? 'ETIMEDOUT' : message === 'socket hang up' ? 'ECONNRESET' : said
  return new ChannelError('unreachable', `X cannot be reached: ${networkReason({ code, message })}`, {
    cause: error
  })
}

const ports = new Map<string, TwitPort>()
const mostPorts = 200

/**
 * The way to X for an account. One set of keys has one: it knows by how much our clock is wrong, and what X still allows,
 * from whichever question told it.
 */
export function portOf(account: XAccount): XPort {
  const settings = settingsOf(account)
  const { apiUrl, consumerKey, consumerSecret, accessToken, accessTokenSecret } = settings
  const key = createHash('sha256')
    .update(JSON.stringify([apiUrl, consumerKey, consumerSecret, accessToken, accessTokenSecret]))
    .digest('hex')
  const known = ports.get(key)
  // The one that was used last stands last.
  ports.delete(key)
  const port = known ?? new TwitPort(settings)
  ports.set(key, port)
  const [oldest] = ports.keys()
  if (ports.size > mostPorts && oldest !== undefined) ports.delete(oldest)
  return port
}
