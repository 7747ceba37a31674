import { Types } from 'mongoose'
import { Agent, type AgentDoc } from '../agents/agent.model.ts'
import { releaseHold } from '../agents/holds.ts'
import { tellAgent } from '../agents/tell.ts'
import type { Hub } from '../hub.ts'
import { change } from '../record/change.ts'
import { Refusal, refuse } from '../refuse.ts'
import { capacityOf } from '../agents/capacity.ts'
import { toFloor } from '../agents/floor.ts'
import { hasRoom } from '../routing/core/capacity.ts'
import { offerSecondsOf } from '../routing/offer.ts'
import { actorOf, agentOf, type Who } from '../sessions/who.ts'
import { catalogOf } from '../settings/catalog.ts'
import { accepting } from './accept.ts'
import { findInteraction } from './find.ts'
import type { InteractionDoc } from './interaction.model.ts'
import { writeInteraction } from './write.ts'

/** Takes a place at an agent by hand. Refuses `over-capacity`, or `not-ready` when the agent is not there. */
export async function takePlace(
  hub: Hub,
  agentId: Types.ObjectId,
  interaction: Pick<InteractionDoc, '_id' | 'medium'>
): Promise<AgentDoc> {
  const catalog = await catalogOf(hub)
  const written = await change(Agent, agentId, (agent) => {
    if (agent.archived || agent.presence.state === 'offline') return refuse('not-ready')
    if (agent.holds.some((hold) => hold.interactionId.equals(interaction._id))) return null
    const { holds, ...profiled } = toFloor(agent)
    if (!hasRoom(capacityOf(catalog, profiled), holds, interaction.medium)) return refuse('over-capacity')
    const since = new Date()
    return {
      push: { holds: { interactionId: interaction._id, medium: interaction.medium, since } },
      set: { idleSince: since },
      entries: []
    }
  })
  if (!written) return refuse('not-found')
  if (written.changed) await tellAgent(hub, written.doc)
  return written.doc
}

/** An agent takes a queued interaction by hand. */
export async function pickInteraction(hub: Hub, who: Who, id: string): Promise<InteractionDoc> {
  const agentId = agentOf(who)
  const interaction = await findInteraction(hub, who, id)
  if (interaction.state !== 'queued') return refuse('wrong-state')
  await takePlace(hub, agentId, interaction)
  try {
    const { doc } = await writeInteraction(hub, id, (newest) =>
      newest.state === 'queued' ? accepting(newest, agentId, actorOf(who)) : refuse('wrong-state')
    )
    return doc
  } catch (error) {
    // Where the answer was lost, the write may have been done: then the reconciliation judges.
    if (error instanceof Refusal) await releaseHold(hub, agentId, interaction._id)
    throw error
  }
}

/**
 * Puts an active interaction from one agent's hands straight into another's, who has agreed to it (warm transfer, take
 * over). Refuses `over-capacity`, `not-ready`, `changed-meanwhile`.
 */
export async function handToAgent(
  hub: Hub,
  who: Who,
  interaction: InteractionDoc,
  agentId: Types.ObjectId
): Promise<InteractionDoc> {
  const former = interaction.agentId
  if (former?.equals(agentId)) return refuse('wrong-state')
  await takePlace(hub, agentId, interaction)
  try {
    const { doc } = await writeInteraction(
      hub,
      interaction._id,
      (newest) => {
        if (newest.state !== 'active' || String(newest.agentId) !== String(former))
          return refuse('changed-meanwhile')
        return {
          set: { agentId, acceptedAt: new Date() },
          entries: [
            {
              name: 'handedOver',
              by: actorOf(who),
              figures: { agentId: agentId.toHexString(), fromAgentId: former?.toHexString() ?? null }
            }
          ]
        }
      },
      interaction
    )
    if (former) await releaseHold(hub, former, interaction._id, { handled: true })
    return doc
  } catch (error) {
    // Where the answer was lost, the write may have been done: then the reconciliation judges.
    if (error instanceof Refusal) await releaseHold(hub, agentId, interaction._id)
    throw error
  }
}

/** A supervisor offers an interaction to one agent by hand. Refuses `changed-meanwhile` for an old version. */
export async function assignInteraction(
  hub: Hub,
  who: Who,
  id: string,
  to: { agentId: string; version: number }
): Promise<InteractionDoc> {
  const interaction = await findInteraction(hub, who, id)
  if (interaction.version !== to.version) return refuse('changed-meanwhile')
  return offerTo(hub, who, interaction, new Types.ObjectId(to.agentId), 'assigned', {})
}

/** Offers an interaction to one agent outside the order of the queue (assignment, transfer to an agent). */
export async function offerTo(
  hub: Hub,
  who: Who,
  interaction: InteractionDoc,
  agentId: Types.ObjectId,
  name: 'assigned' | 'transferred',
  more: Record<string, unknown>
): Promise<InteractionDoc> {
  const former = interaction.agentId ?? interaction.offer?.agentId ?? null
  if (former?.equals(agentId)) return refuse('wrong-state')
  await takePlace(hub, agentId, interaction)
  const seconds = offerSecondsOf(
    (await catalogOf(hub)).queue(interaction.queueId.toHexString()),
    interaction.medium
  )
  try {
    const { doc } = await writeInteraction(
      hub,
      interaction._id,
      (newest) => {
        if (newest.state === 'closed' || newest.state === 'wrapup') return refuse('wrong-state')
        if (
          newest.state !== interaction.state ||
          String(newest.agentId) !== String(interaction.agentId) ||
          String(newest.offer?.id) !== String(interaction.offer?.id)
        )
          return refuse('changed-meanwhile')
        const at = new Date()
        const offer = {
          id: new Types.ObjectId(),
          agentId,
          at,
          expiresAt: new Date(at.getTime() + seconds * 1000),
          reasons: [{ code: name, figures: { by: who.name } }]
        }
        return {
          set: { state: 'offered', agentId: null, acceptedAt: null, offer, ...more },
          entries: [
            {
              name,
              by: actorOf(who),
              figures: { agentId: agentId.toHexString(), fromAgentId: former?.toHexString() ?? null },
              ...(name === 'assigned' && {
                action: 'interaction.assign',
                changes: { agentId: [former?.toHexString() ?? null, agentId.toHexString()] }
              })
            }
          ]
        }
      },
      interaction
    )
    if (doc.offer)
      hub.schedule(
        'offer.expire',
        { interactionId: doc._id.toHexString(), offerId: doc.offer.id.toHexString() },
        { key: doc.offer.id.toHexString(), at: doc.offer.expiresAt }
      )
    if (former) await releaseHold(hub, former, interaction._id)
    return doc
  } catch (error) {
    // Where the answer was lost, the write may have been done: then the reconciliation judges.
    if (error instanceof Refusal) await releaseHold(hub, agentId, interaction._id)
    throw error
  }
}
