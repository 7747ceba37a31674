import type { CallbackRules } from '@palabre/config/contract/callback'
import type { Call } from '@palabre/config/contract/call'
import type { Interaction } from '@palabre/config/contract/interaction'

/** The hub places the call within this time, or does not; then it is called by hand. */
const patienceMs = 12_000

/**
 * Who is rung in a moment, after somebody has accepted a callback that is called by itself; null once there is a call,
 * where it is called by hand, and when nothing came of it.
 */
export function soonRung(
  { state, acceptedAt }: Pick<Interaction, 'state' | 'acceptedAt'>,
  dialling: CallbackRules['dialling'] | undefined,
  call: Pick<Call, 'startedAt'> | undefined,
  now: number
): 'phone' | 'customer' | null {
  if (state !== 'active' || acceptedAt === null || !dialling || dialling === 'by-hand') return null
  const since = Date.parse(acceptedAt)
  if (now - since > patienceMs) return null
  if (call && Date.parse(call.startedAt) >= since - 1000) return null
  return dialling === 'agent-first' ? 'phone' : 'customer'
}
