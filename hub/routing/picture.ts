import type { Interaction as InteractionWire } from '@palabre/config/contract/interaction'
import { floorOf } from '../agents/floor.ts'
import type { Hub } from '../hub.ts'
import {
  Interaction,
  hintsOf,
  presentInteraction,
  type InteractionDoc,
  type InteractionHints
} from '../interactions/interaction.model.ts'
import { catalogOf } from '../settings/catalog.ts'
import type { Candidate, WaitingItem } from './match.ts'

/** What the router knows of one partition, kept up by events and rebuilt from MongoDB after a gap. */
export interface Picture {
  waiting: Map<string, WaitingItem>
  candidates(): Promise<Candidate[]>
  rebuild(): Promise<void>
  /** Takes an interaction's newest state; true when it waits now and did not before, or changed while waiting. */
  take(interaction: InteractionWire, hints: InteractionHints): boolean
}

function itemOf(wire: InteractionWire, { passedOver, logged }: InteractionHints): WaitingItem {
  return {
    id: wire.id,
    version: wire.version,
    logged,
    queueId: wire.queueId,
    medium: wire.medium,
    priority: wire.priority,
    requirements: wire.requirements,
    queuedAt: Date.parse(wire.queuedAt),
    dueAt: wire.dueAt === null ? null : Date.parse(wire.dueAt),
    sticky: wire.sticky && { agentId: wire.sticky.agentId, until: Date.parse(wire.sticky.until) },
    passedOver
  }
}

export async function openPicture(hub: Hub): Promise<Picture> {
  const waiting = new Map<string, WaitingItem>()
  /** Versions of what left the wait, so that a late event does not bring it back. */
  const left = new Map<string, number>()
  const floor = await floorOf(hub)

  const take = (wire: InteractionWire, hints: InteractionHints) => {
    const known = waiting.get(wire.id)
    if (wire.version <= (known?.version ?? left.get(wire.id) ?? -1)) return false
    if (wire.state === 'queued') {
      waiting.set(wire.id, itemOf(wire, hints))
      left.delete(wire.id)
      return true
    }
    waiting.delete(wire.id)
    left.set(wire.id, wire.version)
    if (left.size > 20_000) for (const id of [...left.keys()].slice(0, 10_000)) left.delete(id)
    return false
  }

  return {
    waiting,
    take,
    async candidates() {
      const catalog = await catalogOf(hub)
      const queuesOf = new Map(catalog.teams().map((team) => [team.id, new Set(team.queueIds)]))
      const none = new Set<string>()
      return [...floor.agents.values()]
        .filter((agent) => !agent.archived)
        .map((agent) => ({
          id: agent.id,
          version: agent.version,
          presence: agent.presence.state,
          teamQueueIds: (agent.teamId !== null && queuesOf.get(agent.teamId)) || none,
          skills: agent.skills,
          capacity: agent.capacity,
          holds: agent.holds,
          idleSince: agent.idleSince
        }))
    },
    async rebuild() {
      await floor.reload()
      const docs = (await Interaction.find({ state: 'queued' }).lean()) as InteractionDoc[]
      const ids = new Set(docs.map((doc) => doc._id.toHexString()))
      for (const id of waiting.keys()) if (!ids.has(id)) waiting.delete(id)
      for (const doc of docs) take(presentInteraction(doc), hintsOf(doc))
    }
  }
}
