import { createHmac } from 'node:crypto'
import type { Hub } from '../hub.ts'

/** A phone's password is good for the shift in which it was given, and the next: nobody's call ends at a change. */
const shiftMs = 12 * 3600_000

const passwordIn = (hub: Hub, agentId: string, shift: number) =>
  createHmac('sha256', hub.vault.signingKey('phones'))
    .update(`${agentId}:${String(shift)}`)
    .digest('base64url')

/** The password that an agent's phone registers with now, and until when. Nothing is stored. */
export function phonePassword(hub: Hub, agentId: string, now: number): { password: string; expiresAt: Date } {
  const shift = Math.floor(now / shiftMs)
  return { password: passwordIn(hub, agentId, shift), expiresAt: new Date((shift + 2) * shiftMs) }
}

/** The passwords that are good now. */
export const goodPasswords = (hub: Hub, agentId: string, now: number): string[] => {
  const shift = Math.floor(now / shiftMs)
  return [passwordIn(hub, agentId, shift), passwordIn(hub, agentId, shift - 1)]
}
