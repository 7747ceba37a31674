import { createHmac, randomBytes } from 'node:crypto'
import type { XSettings } from './settings.ts'

type Keys = Pick<XSettings, 'consumerKey' | 'consumerSecret' | 'accessToken' | 'accessTokenSecret'>

/** RFC 3986 as OAuth wants it: encodeURIComponent leaves five characters alone that must not be. */
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)

/**
 * The `Authorization` header (RFC 5849, HMAC-SHA1) of a question whose parameters are all in its address. twit signs by
 * itself, but reads answers as text only; this is for files.
 */
export function signedHeader(
  method: string,
  address: string,
  keys: Keys,
  { nonce = randomBytes(16).toString('hex'), timestamp = Math.floor(Date.now() / 1000) } = {}
): string {
  const url = new URL(address)
  const oauth = {
    oauth_consumer_key: keys.consumerKey,
    oauth_nonce: nonce,
    oauth_signature_method: 'HMAC-SHA1',
    oauth_timestamp: String(timestamp),
    oauth_token: keys.accessToken,
    oauth_version: '1.0'
  }
  const parameters = [...url.searchParams, ...Object.entries(oauth)]
    .map(([name, value]): [string, string] => [encode(name), encode(value)])
    .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
  const signed = [method, `${url.origin}${url.pathname}`, parameters].map(encode).join('&')
  const key = `${encode(keys.consumerSecret)}&${encode(keys.accessTokenSecret)}`
  const signature = createHmac('sha1', key).update(signed).digest('base64')
  const fields = Object.entries({ ...oauth, oauth_signature: signature })
  return `OAuth ${fields.map(([name, value]) => `${name}="${encode(value)}"`).join(', ')}`
}
