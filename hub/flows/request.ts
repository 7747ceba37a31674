import { lookup as resolve, type LookupAddress } from 'node:dns'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { BlockList, isIP, type LookupFunction } from 'node:net'

export interface Outgoing {
  method: 'GET' | 'POST'
  url: string
  headers: Record<string, string>
  /** Sent as JSON. */
  body: Record<string, unknown> | null
  /** `host` or `host:port`, as URLs write them. */
  hosts: readonly string[]
  timeoutMs: number
  /** Loopback, private and link-local addresses are reached too, and without TLS. */
  allowsPrivate: boolean
}

/** Why a request has no answer; `code` is for the incident. */
export class RequestError extends Error {
  readonly code: string
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'RequestError'
    this.code = code
  }
}

const largest = 262_144

/** Addresses that lead into our own network, or nowhere (RFC 6890, RFC 4193, RFC 4291). */
const inside = new BlockList()
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3]
] as const)
  inside.addSubnet(net, bits, 'ipv4')
for (const [net, bits] of [
  ['::', 96],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 9],
  ['ff00::', 8]
] as const)
  inside.addSubnet(net, bits, 'ipv6')

/** Is the address one of our own network? IPv4 within IPv6 counts as what it is. */
export function isInside(address: string): boolean {
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address) ?? []
  if (mapped !== undefined) return isInside(mapped)
  const family = isIP(address)
  if (family === 0) return true
  if (family === 6 && /^::ffff:/i.test(address)) return true
  return inside.check(address, family === 4 ? 'ipv4' : 'ipv6')
}

/** Looks a name up and refuses addresses inside, so that the connection goes to the address that was checked. */
const outside: LookupFunction = (host, options, done) => {
  resolve(host, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error) return done(error, '', 4)
    const [first] = addresses
    if (!first || addresses.some(({ address }) => isInside(address)))
      return done(new RequestError('request-forbidden', 'Its address is inside our own network'), '', 4)
    if (options.all) return done(null, addresses)
    done(null, first.address, first.family)
  })
}

/**
 * Sends a request of a flow and resolves with its JSON. No redirect is followed: it would lead past the list of hosts.
 * @throws RequestError within the time-out
 */
export async function sendRequest(outgoing: Outgoing): Promise<unknown> {
  const url = checkAddress(outgoing)
  const { method, headers, body, timeoutMs, allowsPrivate } = outgoing
  const sent = body === null ? null : JSON.stringify(body)
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const response = await new Promise<IncomingMessage>((resolveWith, reject) => {
      const send = url.protocol === 'https:' ? httpsRequest : httpRequest
      const request = send(url, {
        method,
        signal,
        agent: false,
        headers: {
          accept: 'application/json',
          ...(sent !== null && {
            'content-type': 'application/json',
            'content-length': String(Buffer.byteLength(sent))
          }),
          ...headers
        },
        ...(!allowsPrivate && { lookup: outside })
      })
      request.once('response', resolveWith)
      request.once('error', reject)
      request.end(sent ?? undefined)
    })
    return await readJson(response)
  } catch (error) {
    if (error instanceof RequestError) throw error
    if (signal.aborted)
      throw new RequestError('request-timeout', 'It did not answer in time', { cause: error })
    throw new RequestError('request-failed', (error as Error).message, { cause: error })
  }
}

function checkAddress({ url: text, hosts, allowsPrivate }: Outgoing): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  const forbidden = (message: string) => new RequestError('request-forbidden', message)
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) throw forbidden('It is no address')
  if (url.username !== '' || url.password !== '') throw forbidden('An address has no password in it')
  if (!hosts.includes(url.host)) throw forbidden(`${url.host} is not among the hosts of this flow`)
  if (allowsPrivate) return url
  if (url.protocol === 'http:') throw forbidden('It goes over https only')
  // A name is checked when it is looked up; an address is never looked up.
  const address = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(address) !== 0 && isInside(address)) throw forbidden('Its address is inside our own network')
  return url
}

async function readJson(response: IncomingMessage): Promise<unknown> {
  const status = response.statusCode ?? 0
  if (status < 200 || status > 299) {
    response.destroy()
    throw new RequestError('request-refused', `It answered ${String(status)}`)
  }
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > largest) {
      response.destroy()
      throw new RequestError('request-too-large', `Its answer is larger than ${String(largest)} bytes`)
    }
    chunks.push(chunk)
  }
  const text = Buffer.concat(chunks).toString('utf8')
  if (text.trim() === '') return null
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    throw new RequestError('request-unreadable', 'Its answer is no JSON', { cause: error })
  }
}

/** What stands at a path such as `accounts.0.balance`; undefined when it leads nowhere. */
export function valueAt(document: unknown, path: string): unknown {
  let at = document
  for (const step of path.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined
    at = (at as Record<string, unknown>)[step]
  }
  return at
}
