import type { Hub } from '../hub.ts'
import { refuse } from '../refuse.ts'
import { actorOf, type Who } from '../sessions/who.ts'
import { customerTag, type CallDoc } from './call.model.ts'
import { mineOf } from './mine.ts'
import { orOver } from './over.ts'
import { sentOut, withParty } from './parties.ts'
import { writeCall } from './write.ts'

/** Ends the call for everybody; or for one party that was brought in. Refuses `unknown-reference` for no party. */
export async function hangUpCall(
  hub: Hub,
  who: Who,
  id: string,
  tag: string = customerTag
): Promise<CallDoc> {
  const { call } = await mineOf(hub, who, id)
  const now = new Date()
  const { doc } = await writeCall(
    hub,
    id,
    (newest) => {
      if (newest.state === 'ended') return null
      const party = newest.parties.find((one) => one.tag === tag)
      if (!party || party.role === 'supervisor') return refuse('unknown-reference')
      const isAll = tag === customerTag
      const parties = isAll
        ? newest.parties.map((one) => sentOut(one, now))
        : withParty(newest.parties, tag, (one) => sentOut(one, now))
      const change = {
        set: { parties, ...(isAll && { endedBy: 'agent' }) },
        entries: [{ name: isAll ? 'hungUp' : 'sentOut', by: actorOf(who), figures: { tag } }]
      }
      return orOver(newest, change, parties, now)
    },
    call
  )
  return doc
}
