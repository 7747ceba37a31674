import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Hub } from '../hub.ts'

const markBytes = 10
const keys = new WeakMap<Hub, Map<string, Buffer>>()

/** Keys are dear to derive and never change. */
function keyOf(hub: Hub, purpose: string): Buffer {
  const known = keys.get(hub) ?? new Map<string, Buffer>()
  keys.set(hub, known)
  const key = known.get(purpose) ?? Buffer.from(hub.vault.signingKey(purpose), 'hex')
  known.set(purpose, key)
  return key
}

const markOf = (hub: Hub, purpose: string, use: string, body: Buffer): Buffer =>
  createHmac('sha256', keyOf(hub, purpose)).update(use).update(body).digest().subarray(0, markBytes)

/** An address part that carries `body`; 80 bits of HMAC-SHA256 cannot be guessed, and are worth nothing for another use. */
export const signToken = (hub: Hub, purpose: string, use: string, body: Buffer): string =>
  Buffer.concat([body, markOf(hub, purpose, use, body)]).toString('base64url')

/** What such a token carries, of so many bytes, when it is one of ours for this use; null for anything else. */
export function readSigned(
  hub: Hub,
  purpose: string,
  use: string,
  { token, bodyBytes }: { token: string; bodyBytes: number }
): Buffer | null {
  const bytes = Buffer.from(token, 'base64url')
  // The same bytes may be written in several ways; only ours is taken.
  if (bytes.length !== bodyBytes + markBytes || bytes.toString('base64url') !== token) return null
  const body = bytes.subarray(0, bodyBytes)
  return timingSafeEqual(bytes.subarray(bodyBytes), markOf(hub, purpose, use, body)) ? body : null
}
