import type { Call } from '@palabre/config/contract/call'
import type { EndCause } from '@palabre/config/contract/call-end'
import { customerTag } from './standing.ts'

/** Why a customer who was called was not reached; null while it is tried, and where they were talked with. */
export function missOf({ direction, state, talkingSince, parties }: Call): EndCause | null {
  if (direction !== 'out' || state !== 'ended' || talkingSince !== null) return null
  const customer = parties.find(({ tag }) => tag === customerTag)
  return customer?.end?.cause ?? 'failed'
}
