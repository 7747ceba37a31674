import type { Hub } from '../hub.ts'
import { actorOf, type Who } from '../sessions/who.ts'
import { customerTag, partyOf, type CallDoc } from './call.model.ts'
import { mineOf } from './mine.ts'
import { holding, secondsBetween, withParty } from './parties.ts'
import { writeCall } from './write.ts'

/** Puts the customer on hold, with music, or takes them back. Without effect when it is so already. */
export async function holdCall(hub: Hub, who: Who, id: string, on: boolean): Promise<CallDoc> {
  const { call } = await mineOf(hub, who, id)
  const now = new Date()
  const { doc } = await writeCall(
    hub,
    id,
    (newest) => {
      const customer = partyOf(newest, customerTag)
      if (customer.held === on) return null
      return {
        set: { parties: withParty(newest.parties, customerTag, (one) => holding(one, on, now)) },
        entries: [
          {
            name: on ? 'held' : 'retrieved',
            by: actorOf(who),
            figures: { seconds: customer.heldSince ? secondsBetween(customer.heldSince, now) : 0 }
          }
        ]
      }
    },
    call
  )
  return doc
}
