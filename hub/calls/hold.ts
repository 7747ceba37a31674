import type { Hub } from '../hub.ts'
import { refuse } from '../refuse.ts'
import { actorOf, type Who } from '../sessions/who.ts'
import { customerTag, type CallDoc } from './call.model.ts'
import { mineOf } from './mine.ts'
import { holding, isIn, secondsBetween, withParty } from './parties.ts'
import { writeCall } from './write.ts'

/**
 * Puts the customer, or somebody who was brought in, on hold with music, or takes them back. Without effect when it is so
 * already. Refuses `unknown-reference` for nobody who can be held.
 */
export async function holdCall(
  hub: Hub,
  who: Who,
  id: string,
  on: boolean,
  tag: string = customerTag
): Promise<CallDoc> {
  const { call, party: own } = await mineOf(hub, who, id)
  const now = new Date()
  const { doc } = await writeCall(
    hub,
    id,
    (newest) => {
      const party = newest.parties.find((one) => one.tag === tag)
      const mayBe = party && party.tag !== own.tag && party.role !== 'supervisor'
      if (!mayBe || (tag !== customerTag && !isIn(party))) return refuse('unknown-reference')
      if (party.held === on) return null
      return {
        set: { parties: withParty(newest.parties, tag, (one) => holding(one, on, now)) },
        entries: [
          {
            name: on ? 'held' : 'retrieved',
            by: actorOf(who),
            figures: { tag, seconds: party.heldSince ? secondsBetween(party.heldSince, now) : 0 }
          }
        ]
      }
    },
    call
  )
  return doc
}
