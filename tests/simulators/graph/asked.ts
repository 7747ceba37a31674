import type { IncomingMessage } from 'node:http'
import type { GraphAnswer } from './faults.ts'

/** One request to the Graph API, read. `/v24.0/<id>/<part>`. */
export interface GraphAsked {
  method: string
  url: URL
  /** Where the simulator itself can be reached. */
  origin: string
  /** What comes first in the path: the version, or a name of a product's own. */
  first: string
  id: string
  part: string
  accessToken: string
  json(): Promise<Record<string, unknown>>
  form(): Promise<FormData>
}

/**
 * One of Meta's products behind the Graph API: answers what is for its own accounts and tokens, null for what is not.
 * Products are asked one after the other; what none of them knows is answered as for a token that is not good.
 */
export type GraphProduct = (asked: GraphAsked) => GraphAnswer | null | Promise<GraphAnswer | null>

export async function readAsked(request: IncomingMessage, origin: string): Promise<GraphAsked> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const url = new URL(request.url ?? '/', origin)
  const [, first = '', id = '', part = ''] = url.pathname.split('/')
  const body = () =>
    new Request(url, {
      method: 'POST',
      headers: { 'content-type': request.headers['content-type'] ?? '' },
      body: Buffer.concat(chunks)
    })
  return {
    method: request.method ?? 'GET',
    url,
    origin,
    first,
    id,
    part,
    accessToken:
      (request.headers.authorization ?? '').replace('Bearer ', '') ||
      (url.searchParams.get('access_token') ?? ''),
    json: async () => (await body().json()) as Record<string, unknown>,
    form: () => body().formData()
  }
}
