import { lookup as ask } from 'node:dns/promises'
import { request as requestPlain, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as requestTls } from 'node:https'
import { connect as connectPlain, isIP, type LookupFunction, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { ChannelError } from './channel.ts'
import { safeType } from './file-name.ts'
import { networkReason } from './network-error.ts'
import { isPublicAddress } from './public-address.ts'

export interface SafeFetch {
  /** More than this is refused while it comes in. */
  maxBytes: number
  /** Origins that the administrator configured; only these may be private, without TLS, or at a port of their own. */
  trusted?: readonly string[]
  /** For the origin of the address only: they do not follow a redirect elsewhere. */
  headers?: Record<string, string>
  /** For all of it together, from looking up the name to the last byte. */
  ms?: number
  signal?: AbortSignal
}

/** A question for what is at an address, without taking it. */
export type SafeAsk = Omit<SafeFetch, 'maxBytes'> & { method: 'HEAD' | 'GET' }

export interface Fetched {
  content: Uint8Array
  /** What the server claims, as RFC 6838 writes it; not proved. */
  type: string
}

/** The two ways out of this machine. */
export interface Outside {
  /** All addresses of a name. */
  resolve(hostname: string): Promise<string[]>
  /** Opens the connection; `lookup` knows nothing but the addresses that were checked. */
  connect(url: URL, lookup: LookupFunction): Socket
}

const mostRedirects = 3
const mostAddressChars = 8_000
const usualMs = 30_000

/** The usual ways out; names are looked up as the machine does. */
export const outside: Outside = {
  resolve: async (hostname) => (await ask(hostname, { all: true })).map(({ address }) => address),
  connect: (url, lookup) => {
    const host = bare(url)
    const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80)
    return url.protocol === 'https:'
      ? connectTls({ host, port, lookup, ...(isIP(host) === 0 && { servername: host }) })
      : connectPlain({ host, port, lookup })
  }
}

/**
 * Takes what is at an address that came from outside, and lets nobody reach into our own network by it: https at a
 * public name only, the name looked up once, every answer checked, and the connection made to what was checked, so that
 * an answer that changes in between (DNS rebinding) has no effect. Redirects are followed three times, each checked as
 * the first. Nothing is unpacked. Throws ChannelError: `refused` for what will never do, `rate-limited` when the server
 * says so, else `unreachable`.
 */
export const fetchSafely = (address: string, wanted: SafeFetch): Promise<Fetched> =>
  fetchThrough(outside, address, wanted)

/** `fetchSafely` with its ways out given, for tests. */
export const fetchThrough = (out: Outside, address: string, wanted: SafeFetch): Promise<Fetched> =>
  follow(out, address, { ...wanted, method: 'GET' }, (response) => {
    refuseWithoutFile(response)
    return take(response, wanted.maxBytes)
  })

/**
 * The status with which a server answers in the end, asked as carefully as `fetchSafely` fetches; nothing of what is
 * there is taken. Throws ChannelError: `refused` for what is never asked, else `unreachable`.
 */
export const askThrough = (out: Outside, address: string, wanted: SafeAsk): Promise<number> =>
  follow(out, address, wanted, (response) => {
    response.destroy()
    return Promise.resolve(response.statusCode ?? 0)
  })

/** Asks at an address, and wherever it is redirected to; `end` makes of the last answer what is wanted. */
async function follow<T>(
  out: Outside,
  address: string,
  wanted: SafeAsk,
  end: (response: IncomingMessage) => Promise<T>
): Promise<T> {
  const late = AbortSignal.timeout(wanted.ms ?? usualMs)
  const signal = wanted.signal ? AbortSignal.any([wanted.signal, late]) : late
  const trusted = new Set((wanted.trusted ?? []).map(originOf))
  const first = readAddress(address, trusted)
  let url = first
  let headers = wanted.headers ?? {}
  try {
    for (let followed = 0; followed <= mostRedirects; followed++) {
      const response = await open(out, url, { method: wanted.method, headers }, trusted, signal)
      const next = redirectOf(response)
      if (next === null) return await end(response)
      url = readAddress(next, trusted, url)
      if (url.origin !== first.origin) headers = {}
    }
    throw refused('It is redirected too often.')
  } catch (error) {
    throw inWords(error, late)
  }
}

const refused = (words: string) => new ChannelError('refused', words)

function originOf(address: string): string {
  return URL.canParse(address) ? new URL(address).origin : ''
}

/** Host of the address without the brackets of IPv6. */
const bare = ({ hostname }: URL) => hostname.replace(/^\[|\]$/g, '')

/** The address, when it is of a kind that may be asked at all. Every numeric form of a host has become plain by now. */
function readAddress(address: string, trusted: Set<string>, base?: URL): URL {
  if (address.length > mostAddressChars || !URL.canParse(address, base?.href))
    throw refused('The file has no address that can be read.')
  const url = new URL(address, base)
  if (!/^https?:$/.test(url.protocol)) throw refused('The file is at an address that is not of the web.')
  if (trusted.has(url.origin)) return url
  if (url.protocol !== 'https:') throw refused('The file is at an address without encryption.')
  if (url.username !== '' || url.password !== '') throw refused('The address of the file names a user.')
  if (url.port !== '') throw refused('The file is at an unusual port.')
  const host = bare(url)
  if (isIP(host) !== 0 || !/^[^.]+(\.[^.]+)+$/.test(host))
    throw refused('The address of the file names no server of the internet.')
  return url
}

/** Asks for what is at the address; resolves with the head of the answer. */
async function open(
  out: Outside,
  url: URL,
  { method, headers }: { method: SafeAsk['method']; headers: Record<string, string> },
  trusted: Set<string>,
  signal: AbortSignal
): Promise<IncomingMessage> {
  const host = bare(url)
  const addresses = isIP(host) !== 0 ? [host] : await within(signal, out.resolve(host))
  if (addresses.length === 0) throw new ChannelError('unreachable', 'There is no server of this name.')
  if (!trusted.has(url.origin) && !addresses.every(isPublicAddress))
    throw refused('The file is at an address that is not public.')
  const options: RequestOptions = {
    method,
    // Connections of our own have no agent, which would know this and keep it out of the Host header.
    defaultPort: url.protocol === 'https:' ? 443 : 80,
    headers: { accept: '*/*', 'user-agent': 'palabre', ...headers, 'accept-encoding': 'identity' },
    signal,
    createConnection: () => out.connect(url, pinnedTo(addresses))
  }
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? requestTls : requestPlain)(url, options, resolve)
    request.on('error', reject)
    request.end()
  })
}

/** A look-up that answers what is known already, and asks nobody. */
const pinnedTo = (addresses: string[]): LookupFunction => {
  const known = addresses.map((address) => ({ address, family: isIP(address) }))
  return (_hostname, { all }, callback) => {
    // Never empty: that was looked at before.
    const [one = { address: '', family: 0 }] = known
    if (all) callback(null, known)
    else callback(null, one.address, one.family)
  }
}

/** A promise that cannot be called off is not waited for any longer than the signal says. */
const within = <T>(signal: AbortSignal, promise: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason as Error)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })

/** Where the answer sends us; null: it is the answer. */
function redirectOf(response: IncomingMessage): string | null {
  const { statusCode: status = 0, headers } = response
  if (![301, 302, 303, 307, 308].includes(status)) return null
  response.destroy()
  return headers.location ?? refuseIt('It is redirected to nowhere.')
}

const refuseIt = (words: string): never => {
  throw refused(words)
}

/** Throws for an answer without the file. */
function refuseWithoutFile(response: IncomingMessage) {
  const { statusCode: status = 0, headers } = response
  if (status === 200) return
  response.destroy()
  const words = `The server of the file answered ${String(status)}.`
  if (status === 429) {
    const seconds = Number(headers['retry-after'])
    throw new ChannelError('rate-limited', words, {
      ...(seconds > 0 && seconds <= 86_400 && { retryAfterMs: seconds * 1000 })
    })
  }
  throw new ChannelError(status >= 500 || status === 408 ? 'unreachable' : 'refused', words)
}

/** The bytes of an answer, as long as they stay within bounds, whatever its length claims. */
async function take(response: IncomingMessage, maxBytes: number): Promise<Fetched> {
  const tooLarge = refused(`The file is larger than ${String(maxBytes)} bytes.`)
  const { 'content-length': length, 'content-encoding': packed, 'content-type': type } = response.headers
  try {
    if (packed !== undefined && packed.trim().toLowerCase() !== 'identity')
      throw refused('The file comes packed, which was not asked for.')
    if (Number(length ?? 0) > maxBytes) throw tooLarge
    const chunks: Buffer[] = []
    let size = 0
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.byteLength
      if (size > maxBytes) throw tooLarge
      chunks.push(chunk)
    }
    if (!response.complete) throw new ChannelError('unreachable', 'The server closed the connection.')
    return { content: Buffer.concat(chunks, size), type: safeType(type?.split(';')[0]) }
  } finally {
    response.destroy()
  }
}

function inWords(error: unknown, late: AbortSignal): ChannelError {
  if (error instanceof ChannelError) return error
  const words = late.aborted ? 'The server did not answer in time.' : networkReason(error)
  return new ChannelError('unreachable', words, { cause: error })
}
