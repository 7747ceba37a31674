import { createHash, timingSafeEqual } from 'node:crypto'
import type { WebhookRequest } from '../channel.ts'
import { settingsOf, type VoiceAccount } from './settings.ts'

/**
 * Does whoever opens a socket, or posts, know the application's user and password (HTTP Basic, RFC 7617)? An account
 * without both admits nobody. Compared in constant time, whatever the lengths.
 */
export function admits({ headers }: Pick<WebhookRequest, 'headers'>, account: VoiceAccount): boolean {
  const { username, password } = settingsOf(account)
  const given = /^basic +([A-Za-z0-9+/=_-]+) *$/i.exec(headers['authorization'] ?? '')?.[1]
  const same = equal(Buffer.from(given ?? '', 'base64'), Buffer.from(`${username}:${password}`))
  return same && given !== undefined && username !== '' && password !== ''
}

/** Compares in constant time, also what differs in length. */
export const equal = (one: Uint8Array, other: Uint8Array): boolean =>
  timingSafeEqual(digest(one), digest(other))

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
