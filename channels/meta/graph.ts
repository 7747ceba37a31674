import { ChannelError } from '../channel.ts'
import { networkReason } from '../network-error.ts'
import { failureOf } from './failure.ts'
import { limits } from './limits.ts'

/** Where an account's Graph API is, and who asks. */
export interface Graph {
  /** `https://graph.facebook.com`, or what stands in for it. */
  baseUrl: string
  /** `v24.0` */
  version: string
  accessToken: string
}

interface Ask {
  method?: 'GET' | 'POST'
  query?: Record<string, string>
  json?: object
  form?: FormData
  ms?: number
  signal?: AbortSignal
}

/** One question to the Graph API: the JSON of the answer. Throws ChannelError. */
export async function ask(graph: Graph, path: string, given: Ask = {}): Promise<unknown> {
  const { method = 'GET', query = {}, json, form, ms = limits.callMs, signal } = given
  const url = new URL(`${graph.baseUrl.replace(/\/+$/, '')}/${graph.version}/${path}`)
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  const response = await reach(url, graph, ms, signal, {
    method,
    ...(json && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) }),
    ...(form && { body: form })
  })
  const text = await inWords(() => response.text())
  const body = jsonOf(text)
  if (!response.ok) throw failureOf(response.status, body, waitIn(response.headers))
  if (body === undefined) throw new ChannelError('unreachable', 'Meta’s answer cannot be read.')
  return body
}

/** Takes the bytes of a file that the Graph API has named. Throws ChannelError, `refused` beyond `maxBytes`. */
export async function download(
  graph: Graph,
  address: string,
  maxBytes: number,
  signal?: AbortSignal
): Promise<Uint8Array> {
  const response = await reach(trusted(graph, address), graph, limits.fileMs, signal, {})
  if (!response.ok)
    throw failureOf(response.status, jsonOf(await inWords(() => response.text())), waitIn(response.headers))
  const tooLarge = new ChannelError('refused', `The file is larger than ${String(maxBytes)} bytes.`)
  return inWords(async () => {
    if (Number(response.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge
    const chunks: Uint8Array[] = []
    let size = 0
    for await (const chunk of response.body ?? []) {
      size += chunk.byteLength
      if (size > maxBytes) throw tooLarge
      chunks.push(chunk)
    }
    return Buffer.concat(chunks)
  })
}

/**
 * The token goes with the request, and the address came from outside: only Meta's own hosts, or the host of what stands
 * in for the Graph API, are asked; no private address can be among them.
 */
function trusted(graph: Graph, address: string): URL {
  const base = new URL(graph.baseUrl)
  const url = URL.canParse(address) ? new URL(address) : null
  const isMeta =
    url?.protocol === 'https:' && /(^|\.)(fbsbx\.com|facebook\.com|whatsapp\.net)$/.test(url.hostname)
  if (!url || !(url.origin === base.origin || (isMeta && url.port === '' && url.username === '')))
    throw new ChannelError('refused', 'The file is at an address that is not Meta’s.')
  return url
}

function reach(
  url: URL,
  { accessToken }: Graph,
  ms: number,
  signal: AbortSignal | undefined,
  init: RequestInit
): Promise<Response> {
  const late = AbortSignal.timeout(ms)
  return inWords(() =>
    fetch(url, {
      ...init,
      // A redirect could carry the token elsewhere.
      redirect: 'error',
      signal: signal ? AbortSignal.any([signal, late]) : late,
      headers: { ...(init.headers as Record<string, string>), authorization: `Bearer ${accessToken}` }
    })
  )
}

/** What the network says becomes a ChannelError, in words; what is one already stays. */
async function inWords<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof ChannelError) throw error
    const isLate = error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError')
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    const why = isLate ? 'It did not answer in time.' : networkReason(cause)
    throw new ChannelError('unreachable', `Meta cannot be reached: ${why}`, { cause: error })
  }
}

/** Seconds after which Meta may be asked again, where it says so. */
function waitIn(headers: Headers): number | null {
  const seconds = Number(headers.get('retry-after'))
  if (seconds > 0) return seconds
  const usage = headers.get('x-business-use-case-usage')
  const minutes = Math.max(
    0,
    ...[...(usage ?? '').matchAll(/"estimated_time_to_regain_access":(\d+)/g)].map(([, n]) => Number(n))
  )
  return minutes > 0 ? minutes * 60 : null
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
