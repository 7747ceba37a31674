import { releaseHold } from '../agents/holds.ts'
import type { Queue } from '@palabre/config/contract/setting'
import type { Hub } from '../hub.ts'
import { refuse } from '../refuse.ts'
import { actorOf, agentOf, type Who } from '../sessions/who.ts'
import { catalogOf } from '../settings/catalog.ts'
import { loadInteraction } from './find.ts'
import type { InteractionDoc } from './interaction.model.ts'
import { requeueing } from './requeue.ts'
import { writeInteraction } from './write.ts'

const clockSlackMs = 5000

/** Gives an offer back: it keeps its age and goes to somebody else while there is anybody else. */
export async function declineInteraction(hub: Hub, who: Who, id: string, offerId: string, reason = '') {
  const agentId = agentOf(who)
  const { doc } = await writeInteraction(hub, id, (interaction) => {
    const { offer } = interaction
    if (
      interaction.state !== 'offered' ||
      offer?.id.toHexString() !== offerId ||
      !offer.agentId.equals(agentId)
    )
      return refuse('not-offered')
    return requeueing(
      interaction,
      { name: 'declined', by: actorOf(who), figures: { reason } },
      { passedOver: [...interaction.passedOver, agentId] }
    )
  })
  await releaseHold(hub, agentId, doc._id)
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
        { name: 'expired', figures: { offerId } },
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
