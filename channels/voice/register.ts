import { createHash } from 'node:crypto'
import type { Registration } from '../call.ts'
import { ChannelError } from '../channel.ts'
import { equal } from './admits.ts'
import { isRecord } from './fields.ts'

const longest = 1_000
/** RFC 8760 names them; jambonz challenges with MD5. */
const hashes = new Map([
  ['md5', 'md5'],
  ['sha-256', 'sha256']
])

/**
 * Reads what jambonz's registration hook posts: the digest answer of a phone that registers. Throws
 * ChannelError('rejected') when something is missing that a digest needs.
 */
export function registration(body: unknown): Registration {
  if (!isRecord(body)) throw new ChannelError('rejected', 'A registration is an object')
  const text = (name: string): string => {
    const value = body[name]
    if (typeof value !== 'string' || value === '' || value.length > longest)
      throw new ChannelError('rejected', `A registration needs ${name}`)
    return value
  }
  const optional = (name: string) =>
    body[name] === undefined || body[name] === null || body[name] === '' ? undefined : text(name)
  const expires = Number(body['expires'] ?? 0)
  return {
    method: optional('method') ?? 'REGISTER',
    username: text('username'),
    realm: text('realm'),
    nonce: text('nonce'),
    uri: text('uri'),
    response: text('response'),
    algorithm: optional('algorithm'),
    qop: optional('qop'),
    nc: optional('nc'),
    cnonce: optional('cnonce'),
    expires: Number.isSafeInteger(expires) && expires > 0 ? expires : 0
  }
}

/**
 * Is the digest right for this password (RFC 2617 and 7616: without qop, or qop=auth; MD5 or SHA-256, plain or -sess)?
 * The nonce is jambonz's own and checked there; whose realm it is, is the caller's to look at.
 */
export function proves(said: Registration, password: string): boolean {
  const [name, isSession] = (said.algorithm ?? 'MD5').toLowerCase().split(/-(?=sess$)/) as [string, string?]
  const hash = hashes.get(name)
  const qop = said.qop?.toLowerCase()
  if (hash === undefined || (qop !== undefined && qop !== 'auth')) return false
  if ((qop !== undefined || isSession) && said.cnonce === undefined) return false
  if (qop !== undefined && said.nc === undefined) return false
  const h = (...parts: string[]) => createHash(hash).update(parts.join(':')).digest('hex')
  const plain = h(said.username, said.realm, password)
  const ha1 = isSession ? h(plain, said.nonce, said.cnonce ?? '') : plain
  const ha2 = h(said.method, said.uri)
  const right =
    qop === undefined
      ? h(ha1, said.nonce, ha2)
      : h(ha1, said.nonce, said.nc ?? '', said.cnonce ?? '', said.qop ?? '', ha2)
  return equal(Buffer.from(right), Buffer.from(said.response.toLowerCase()))
}
