import { createHmac } from 'node:crypto'
import type { XOwner } from './world.ts'

const farthestSeconds = 300

/** RFC 3986, byte by byte: nothing of the channel's own code is used to judge it. */
const escape = (text: string) =>
  [...Buffer.from(text)]
    .map((byte) => {
      const sign = String.fromCharCode(byte)
      return /[A-Za-z0-9\-._~]/.test(sign) ? sign : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
    })
    .join('')

const unescape = (text: string) => decodeURIComponent(text.replace(/\+/g, ' '))

const pairs = (text: string): [string, string][] =>
  text === ''
    ? []
    : text.split('&').map((pair): [string, string] => {
        const at = pair.indexOf('=')
        return at < 0 ? [unescape(pair), ''] : [unescape(pair.slice(0, at)), unescape(pair.slice(at + 1))]
      })

/** Checks OAuth 1.0a signatures (RFC 5849) for the accounts given; a nonce counts once. */
export function oauthCheck(owners: XOwner[]) {
  const used = new Set<string>()
  /** Whose question it is, or why it is nobody's. */
  return (method: string, address: string, header: string): XOwner | string => {
    if (!header.startsWith('OAuth ')) return 'no signature'
    const given = new Map(
      [...header.slice('OAuth '.length).matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [
        name,
        unescape(value)
      ])
    )
    const owner = owners.find(
      ({ consumerKey, accessToken }) =>
        given.get('oauth_consumer_key') === consumerKey && given.get('oauth_token') === accessToken
    )
    if (!owner) return 'unknown keys'
    if (given.get('oauth_signature_method') !== 'HMAC-SHA1' || given.get('oauth_version') !== '1.0')
      return 'another method'
    const seconds = Number(given.get('oauth_timestamp'))
    if (!(Math.abs(seconds - Date.now() / 1000) <= farthestSeconds)) return 'a clock that is wrong'
    const nonce = `${given.get('oauth_timestamp') ?? ''} ${given.get('oauth_nonce') ?? ''}`
    if (!/^\d+ \S{8,}$/.test(nonce) || used.has(nonce)) return 'a nonce that was used'

    const [path = '', query = ''] = address.split('?', 2)
    const parameters = [
      ...pairs(query),
      ...[...given].filter(([name]) => name.startsWith('oauth_') && name !== 'oauth_signature')
    ]
      .map(([name, value]) => `${escape(name)}=${escape(value)}`)
      .sort()
      .join('&')
    const base = `${method}&${escape(path)}&${escape(parameters)}`
    const key = `${escape(owner.consumerSecret)}&${escape(owner.accessTokenSecret)}`
    const right = createHmac('sha1', key).update(base).digest('base64')
    if (given.get('oauth_signature') !== right) return 'a wrong signature'
    used.add(nonce)
    return owner
  }
}
