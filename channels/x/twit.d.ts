/** The package brings no types; these are the functions that are used of it. */
declare module 'twit' {
  import type { IncomingMessage } from 'node:http'

  interface Config {
    consumer_key: string
    consumer_secret: string
    access_token: string
    access_token_secret: string
    strictSSL: boolean
  }

  /** What it hands to `request`, which has no types either. */
  export interface RequestOptions {
    url: string
    headers: Record<string, string>
    encoding: string | null
    json?: boolean
    body?: object
    signal?: AbortSignal
    followRedirect?: boolean
    maxResponseSize?: number
  }

  /** `statusCode` is null where no answer came; the code of the network error is lost, its message is not. */
  export type TwitError = Error & { statusCode?: number | null }

  type Done = (error: TwitError | null | undefined, body: unknown, response: IncomingMessage | null) => void

  export default class Twit {
    constructor(config: Config)
    request(method: 'GET' | 'POST' | 'DELETE', path: string, params: object, done: Done): void
    protected _buildReqOpts(
      method: string,
      path: string,
      params: object,
      isStreaming: boolean,
      done: (error: Error | null, options?: RequestOptions) => void
    ): void
  }
}
