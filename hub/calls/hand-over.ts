import type { Hub } from '../hub.ts'
import { handToAgent } from '../interactions/take.ts'
import { endContact } from '../interactions/close.ts'
import { loadInteraction } from '../interactions/find.ts'
import type { InteractionDoc } from '../interactions/interaction.model.ts'
import { found, refuse } from '../refuse.ts'
import { actorOf, type Who } from '../sessions/who.ts'
import { customerTag } from './call.model.ts'
import { mineOf } from './mine.ts'
import { holding, isIn, sentOut, withParty } from './parties.ts'
import { writeCall } from './write.ts'

/**
 * Leaves the call to somebody who was brought in: an agent takes the work over, with somebody outside it is over for
 * us. The customer comes off hold. Refuses `wrong-state` while they have not answered, `over-capacity` when the agent
 * has no place for it.
 */
export async function handOverCall(hub: Hub, who: Who, id: string, tag: string): Promise<InteractionDoc> {
  const { call, party, interaction } = await mineOf(hub, who, id)
  const heir = call.parties.find((one) => one.tag === tag)
  if (!heir || heir.role === 'supervisor' || heir.tag === customerTag) return refuse('unknown-reference')
  if (!isIn(heir) || heir.task.kind !== 'join') return refuse('wrong-state')
  if (heir.agentId) await handToAgent(hub, who, interaction, heir.agentId)
  await writeCall(hub, id, (newest) => {
    const now = new Date()
    const released = withParty(newest.parties, party.tag, (one) => sentOut(one, now))
    return {
      set: {
        parties: withParty(
          withParty(released, customerTag, (customer) => holding(customer, false, now)),
          tag,
          // The work is theirs now, as if it had been offered.
          (one) => ({ ...holding(one, false, now), invited: heir.role === 'guest' })
        )
      },
      entries: [
        {
          name: 'handedOver',
          by: actorOf(who),
          figures: { tag, role: heir.role, agentId: heir.agentId?.toHexString() ?? null }
        }
      ]
    }
  })
  if (!heir.agentId) await endContact(hub, interaction._id.toHexString(), 'agent')
  return found(await loadInteraction(interaction._id.toHexString()))
}
