import type { Types } from 'mongoose'
import { floorOf } from '../agents/floor.ts'
import { releaseHold } from '../agents/holds.ts'
import { isOnTheLine } from '../calls/find.ts'
import type { Hub } from '../hub.ts'
import type { Entry } from '../record/logged.ts'
import { catalogOf } from '../settings/catalog.ts'
import type { InteractionDoc } from './interaction.model.ts'
import { writeInteraction } from './write.ts'

/** Work that waits for nobody: it goes to others as soon as its agent is gone. */
const urgent = new Set<InteractionDoc['medium']>(['voice', 'chat', 'callback'])

/** Work that is done on the telephone. */
const isCall = new Set<InteractionDoc['medium']>(['voice', 'callback'])

/** The change that puts an interaction back into its queue with its age. */
export function requeueing(interaction: InteractionDoc, entry: Entry, more: Record<string, unknown> = {}) {
  return {
    set: { state: 'queued', agentId: null, offer: null, acceptedAt: null, ...more },
    entries: [
      {
        ...entry,
        figures: {
          ...entry.figures,
          fromAgentId: (interaction.agentId ?? interaction.offer?.agentId)?.toHexString() ?? null
        }
      }
    ]
  }
}

/**
 * An agent has gone: offers go back at once, and so does urgent work; written work stays theirs until the customer
 * writes again (see requeueAbandoned). `all`: they will not come back, so everything goes. Everything keeps its age.
 */
export async function requeueWorkOf(
  hub: Hub,
  agentId: Types.ObjectId,
  interactions: InteractionDoc[],
  cause: string,
  all = false
) {
  for (const { _id, medium, state } of interactions) {
    // A browser may be gone while its agent talks on the telephone: a call goes when its line does.
    if (isCall.has(medium) && state === 'active' && !all && (await isOnTheLine(_id, agentId))) continue
    let left = false
    await writeInteraction(hub, _id, (interaction) => {
      const offered = interaction.state === 'offered' && interaction.offer?.agentId.equals(agentId)
      const held =
        interaction.state === 'active' &&
        interaction.agentId?.equals(agentId) &&
        (all || urgent.has(interaction.medium))
      left = Boolean(offered || held)
      return left
        ? requeueing(interaction, { name: offered ? 'withdrawn' : 'requeued', figures: { cause } })
        : null
    })
    if (left) await releaseHold(hub, agentId, _id)
  }
}

/** The customer wrote to somebody who is not there: held for them a little (sticky), then for anyone. */
export async function requeueAbandoned(hub: Hub, interactions: InteractionDoc[]) {
  const { agents } = await floorOf(hub)
  const isGone = (doc: InteractionDoc) =>
    doc.state === 'active' &&
    doc.agentId !== null &&
    doc.waitingFor === 'agent' &&
    agents.get(doc.agentId.toHexString())?.presence.state === 'offline'
  for (const { _id, agentId } of interactions.filter(isGone)) {
    if (!agentId) continue
    const catalog = await catalogOf(hub)
    const { changed } = await writeInteraction(hub, _id, (interaction) => {
      if (interaction.state !== 'active' || !interaction.agentId?.equals(agentId)) return null
      const { sticky } = catalog.queue(interaction.queueId.toHexString()) ?? {}
      return requeueing(
        interaction,
        { name: 'requeued', figures: { cause: 'agent-offline' } },
        {
          queuedAt: interaction.lastMessageAt,
          sticky:
            sticky && sticky.mode !== 'off'
              ? { agentId, until: new Date(Date.now() + sticky.seconds * 1000) }
              : null
        }
      )
    })
    if (changed) await releaseHold(hub, agentId, _id)
  }
}
