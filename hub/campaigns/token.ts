import { createHmac, timingSafeEqual } from 'node:crypto'
import { Types } from 'mongoose'
import type { Hub } from '../hub.ts'

/** What an address of ours in a mail is for; a token of one is none of another. */
export type TokenUse = 'click' | 'open' | 'unsubscribe'

const idBytes = 12
const linkBytes = 2
const markBytes = 10
const keys = new WeakMap<Hub, Buffer>()

const keyOf = (hub: Hub): Buffer => {
  const key = keys.get(hub) ?? Buffer.from(hub.vault.signingKey('campaign:token'), 'hex')
  keys.set(hub, key)
  return key
}

const markOf = (hub: Hub, use: TokenUse, body: Buffer): Buffer =>
  createHmac('sha256', keyOf(hub)).update(use).update(body).digest().subarray(0, markBytes)

/** An address part that names a recipient, and of a click which link; 80 bits of HMAC-SHA256 cannot be guessed. */
export function makeToken(hub: Hub, use: TokenUse, recipientId: Types.ObjectId, link = 0): string {
  const body = Buffer.alloc(idBytes + (use === 'click' ? linkBytes : 0))
  body.write(recipientId.toHexString(), 'hex')
  if (use === 'click') body.writeUInt16BE(link, idBytes)
  return Buffer.concat([body, markOf(hub, use, body)]).toString('base64url')
}

/** What a token names, when it is one of ours for this use; null for anything else. */
export function readToken(
  hub: Hub,
  use: TokenUse,
  token: string
): { recipientId: Types.ObjectId; link: number } | null {
  const bodyBytes = idBytes + (use === 'click' ? linkBytes : 0)
  const bytes = Buffer.from(token, 'base64url')
  // The same bytes may be written in several ways; only ours is taken.
  if (bytes.length !== bodyBytes + markBytes || bytes.toString('base64url') !== token) return null
  const body = bytes.subarray(0, bodyBytes)
  if (!timingSafeEqual(bytes.subarray(bodyBytes), markOf(hub, use, body))) return null
  return {
    recipientId: new Types.ObjectId(body.subarray(0, idBytes)),
    link: use === 'click' ? body.readUInt16BE(idBytes) : 0
  }
}
