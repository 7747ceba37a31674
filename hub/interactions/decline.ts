import { releaseHold } from '../agents/holds.ts'
import type { Queue } from '@palabre/config/contract/setting'
import type { Types } from 'mongoose'
import type { Actor, Hub } from '../hub.ts'
import { refuse } from '../refuse.ts'
import { actorOf, agentOf, type Who } from '../sessions/who.ts'
import { catalogOf } from '../settings/catalog.ts'
import { loadInteraction } from './find.ts'
import type { InteractionDoc } from './interaction.model.ts'
import { requeueing } from './requeue.ts'
import { writeInteraction } from './write.ts'

const clockSlackMs = 5000

/** An offer as it was made to one agent. */
export interface OfferRef {
  agentId: Types.ObjectId
  offerId: string
}

const isStanding = ({ state, offer }: InteractionDoc, { agentId, offerId }: OfferRef) =>
  state === 'offered' && offer?.id.toHexString() === offerId && offer.agentId.equals(agentId)

/** Gives an offer back: it keeps its age and goes to somebody else while there is anybody else. */
export async function declineInteraction(hub: Hub, who: Who, id: string, offerId: string, reason = '') {
  const declined = await decline(hub, id, { agentId: agentOf(who), offerId }, reason, actorOf(who))
  if (!declined) refuse('not-offered')
}

/** The same by the agent's telephone. Without effect when the offer is gone. */
export const declineOffer = (hub: Hub, id: string, offer: OfferRef, reason: string): Promise<boolean> =>
  decline(hub, id, offer, reason)

async function decline(hub: Hub, id: string, offer: OfferRef, reason: string, by?: Actor): Promise<boolean> {
  const { doc, changed } = await writeInteraction(hub, id, (interaction) =>
    isStanding(interaction, offer)
      ? requeueing(
          interaction,
          { name: 'declined', by, figures: { reason, agentId: offer.agentId.toHexString() } },
          { passedOver: [...interaction.passedOver, offer.agentId] }
        )
      : null
  )
  if (changed) await releaseHold(hub, offer.agentId, doc._id)
  return changed
}

/** Missed offers in a row that make an agent no-answer: of calls fewer than of written work. */
function missesAllowed(queue: Queue | undefined, medium: InteractionDoc['medium']): number {
  const isCall = medium === 'voice' || medium === 'callback'
  return isCall ? (queue?.callMissesAllowed ?? 1) : (queue?.missesAllowed ?? 2)
}

/** Ends an offer that nobody answered (RONA). Without effect when it was answered in time. */
export async function expireOffer(hub: Hub, id: string, offerId: string): Promise<boolean> {
  const known = await loadInteraction(id)
  const agentId = known?.offer?.agentId
  if (!known || !agentId || known.offer?.id.toHexString() !== offerId) return false
  const { changed } = await writeInteraction(
    hub,
    id,
    (interaction) => {
      const { offer } = interaction
      if (interaction.state !== 'offered' || offer?.id.toHexString() !== offerId) return null
      const now = Date.now()
      // An offer from the future is left of a clock that was set back: it would stand for as long as that.
      if (offer.expiresAt.getTime() > now && offer.at.getTime() <= now + clockSlackMs) return null
      return requeueing(
        interaction,
        { name: 'expired', figures: { offerId, agentId: agentId.toHexString() } },
        { passedOver: [...interaction.passedOver, agentId] }
      )
    },
    known
  )
  if (!changed) return false
  const queue = (await catalogOf(hub)).queue(known.queueId.toHexString())
  await releaseHold(hub, agentId, known._id, { missed: { limit: missesAllowed(queue, known.medium) } })
  return true
}

/** The agent's telephone cannot be reached, so that waiting for an answer is in vain: as if the time had run out. */
export async function missOffer(hub: Hub, id: string, offer: OfferRef, cause: string): Promise<boolean> {
  const { doc, changed } = await writeInteraction(hub, id, (interaction) =>
    isStanding(interaction, offer)
      ? requeueing(
          interaction,
          {
            name: 'expired',
            figures: { offerId: offer.offerId, cause, agentId: offer.agentId.toHexString() }
          },
          { passedOver: [...interaction.passedOver, offer.agentId] }
        )
      : null
  )
  if (!changed) return false
  const queue = (await catalogOf(hub)).queue(doc.queueId.toHexString())
  await releaseHold(hub, offer.agentId, doc._id, { missed: { limit: missesAllowed(queue, doc.medium) } })
  return true
}
