import { accountOf } from '../accounts/accounts.ts'
import type { Hub } from '../hub.ts'
import { findInteraction } from '../interactions/find.ts'
import { followCall } from '../recordings/follow.ts'
import { found, refuse } from '../refuse.ts'
import { actorOf, may, type Who } from '../sessions/who.ts'
import { customerOf, customerTag, type CallDoc } from './call.model.ts'
import { openDoor } from './door.ts'
import { findCall } from './find.ts'
import { mineOf } from './mine.ts'
import { giveNotice } from './notice.ts'
import { withParty } from './parties.ts'
import { writeCall } from './write.ts'

/**
 * Starts, pauses or stops the recording of a talk, by its agent or a supervisor. When it is paused or stopped, nothing
 * that is said after the answer is kept. Where calls are always recorded it may only be paused; where they never are,
 * `not-permitted`. The customer is told when it starts.
 */
export async function recordCall(
  hub: Hub,
  who: Who,
  id: string,
  to: 'on' | 'paused' | 'off'
): Promise<CallDoc> {
  const call = await recordableBy(hub, who, id)
  const { policy } = openDoor(hub, found(await accountOf(hub, call.accountId.toHexString())))
  const { recording } = policy
  if (recording === 'never' || (recording === 'always' && to === 'off')) return refuse('not-permitted')
  let isStart = false
  const { doc } = await writeCall(
    hub,
    id,
    (newest) => {
      const { stream } = customerOf(newest)
      isStart = stream === 'off' && to === 'on'
      if (stream === to) return null
      if (newest.state !== 'talking' || (stream === 'off' && to === 'paused')) return refuse('wrong-state')
      return {
        set: {
          parties: withParty(newest.parties, customerTag, () => ({ stream: to, changedAt: new Date() }))
        },
        entries: [{ name: `recording-${to}`, by: actorOf(who), figures: {} }]
      }
    },
    call
  )
  await followCall(hub, doc)
  if (isStart && recording === 'on-demand') giveNotice(hub, doc)
  return doc
}

async function recordableBy(hub: Hub, who: Who, id: string): Promise<CallDoc> {
  if (!may(who, 'call:supervise')) return (await mineOf(hub, who, id)).call
  const call = await findCall(id)
  await findInteraction(hub, who, found(call.interactionId).toHexString())
  return call
}
