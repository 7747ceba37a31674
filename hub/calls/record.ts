import type { Hub } from '../hub.ts'
import { refuse } from '../refuse.ts'
import { actorOf, type Who } from '../sessions/who.ts'
import { customerOf, customerTag, type CallDoc } from './call.model.ts'
import { voiceDoorOf } from './door.ts'
import { mineOf } from './mine.ts'
import { withParty } from './parties.ts'
import { writeCall } from './write.ts'

/**
 * Starts, pauses or stops the recording of a call. Where calls are always recorded it may only be paused; where they
 * never are, `not-permitted`.
 */
export async function recordCall(
  hub: Hub,
  who: Who,
  id: string,
  to: 'on' | 'paused' | 'off'
): Promise<CallDoc> {
  const { call } = await mineOf(hub, who, id)
  const { policy } = await voiceDoorOf(hub, call.accountId.toHexString())
  if (policy.recording === 'never' || (policy.recording === 'always' && to === 'off'))
    return refuse('not-permitted')
  const { doc } = await writeCall(
    hub,
    id,
    (newest) => {
      const { stream } = customerOf(newest)
      if (stream === to) return null
      if (stream === 'off' && to === 'paused') return refuse('wrong-state')
      return {
        set: {
          parties: withParty(newest.parties, customerTag, () => ({ stream: to, changedAt: new Date() }))
        },
        entries: [{ name: `recording-${to}`, by: actorOf(who), figures: {} }]
      }
    },
    call
  )
  return doc
}
