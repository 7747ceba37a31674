import { createHmac } from 'node:crypto'
import type { SuppressionKind } from '@palabre/config/contract/suppression'
import { canonicalPoint, lineOfPoint } from '../contacts/canonical.ts'
import type { Hub } from '../hub.ts'

const keys = new WeakMap<Hub, Buffer>()

function keyOf(hub: Hub): Buffer {
  const key = keys.get(hub) ?? Buffer.from(hub.vault.signingKey('suppression:mark'), 'hex')
  keys.set(hub, key)
  return key
}

/**
 * The one form in which an address is suppressed, or null for what is none. A number is one line however it is written,
 * and the same for a call and for WhatsApp; a WhatsApp id without number stays as it is.
 */
export function canonicalAddress(kind: SuppressionKind, text: string): string | null {
  if (kind === 'email') return canonicalPoint('email', text)
  const phone = canonicalPoint('phone', text)
  if (phone !== null) return `+${lineOfPoint('phone', phone) ?? phone.slice(1)}`
  const id = canonicalPoint('whatsapp', text)
  const line = id === null ? null : lineOfPoint('whatsapp', id)
  return line === null ? id : `+${line}`
}

/**
 * By what a suppressed address is found: HMAC-SHA256 with a key of this installation (base64url). Nobody without the
 * secret can try addresses against it.
 */
export const markOf = (hub: Hub, kind: SuppressionKind, canonical: string): string =>
  createHmac('sha256', keyOf(hub)).update(`${kind}:${canonical}`).digest('base64url')
