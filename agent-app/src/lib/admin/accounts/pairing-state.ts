import type { ChannelHealth } from '@palabre/config/contract/account'

export type PairingState = 'waiting' | 'scan' | 'scanned' | 'connected' | 'expired' | 'refused'

/**
 * How far the pairing is. A code that goes before its time was scanned; one whose time is over was not.
 * @param known.expiresAt of the last code that was there; null: there was none yet
 */
export function pairingState(
  known: { health: ChannelHealth['state']; isThere: boolean; expiresAt: string | null },
  now: number
): PairingState {
  if (known.health === 'up') return 'connected'
  if (known.health === 'refused') return 'refused'
  if (known.expiresAt === null) return 'waiting'
  if (new Date(known.expiresAt).getTime() <= now) return 'expired'
  return known.isThere ? 'scan' : 'scanned'
}
