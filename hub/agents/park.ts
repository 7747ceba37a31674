import type { Types } from 'mongoose'
import type { Medium } from '@palabre/config/contract/routing'
import type { Hub } from '../hub.ts'
import { Interaction, type InteractionDoc } from '../interactions/interaction.model.ts'
import { change } from '../record/change.ts'
import { hasRoom } from '../routing/core/capacity.ts'
import { catalogOf } from '../settings/catalog.ts'
import { Agent, type AgentDoc } from './agent.model.ts'
import { capacityOf } from './capacity.ts'
import { floorOf, toFloor } from './floor.ts'
import { tellAgent } from './tell.ts'

/** Threads that may rest for hours; a chat's customer is there or gone, a caller is on the line. */
const asynchronous: Medium[] = ['email', 'messaging', 'social']
const atOnce = 200

/**
 * Written threads whose customer has been silent for as long as the agent's profile says give their places back. They
 * stay in the agent's hands. Returns how many.
 */
export async function parkIdle(hub: Hub, now: Date): Promise<number> {
  const [{ agents }, catalog] = await Promise.all([floorOf(hub), catalogOf(hub)])
  let parked = 0
  for (const agent of agents.values()) {
    const { idleMinutes } = capacityOf(catalog, agent)
    const resting = agent.holds.filter((hold) => hold.parked === null && asynchronous.includes(hold.medium))
    if (idleMinutes === null || resting.length === 0) continue
    const silent = (await Interaction.find(
      {
        _id: { $in: resting.map(({ interactionId }) => interactionId) },
        state: 'active',
        waitingFor: 'customer',
        lastMessageAt: { $lt: new Date(now.getTime() - idleMinutes * 60_000) }
      },
      { _id: 1 }
    )
      .limit(atOnce)
      .lean()) as Pick<InteractionDoc, '_id'>[]
    for (const { _id } of silent) if (await setParked(hub, agent.id, _id, 'idle')) parked++
  }
  return parked
}

async function setParked(
  hub: Hub,
  agentId: string,
  interactionId: Types.ObjectId,
  parked: 'idle' | null
): Promise<boolean> {
  const written = await change(Agent, agentId, (agent) => {
    const hold = agent.holds.find((one) => one.interactionId.equals(interactionId))
    if (!hold || (hold.parked ?? null) === parked) return null
    return {
      set: { holds: agent.holds.map((one) => (one === hold ? { ...one, parked } : one)) },
      entries: []
    }
  })
  if (!written?.changed) return false
  await tellAgent(hub, written.doc)
  return true
}

/**
 * Customers have written in threads that rest: their places are taken again where there is room, or awaited (the
 * agent may be on a call). Until then nothing new is offered into them.
 */
export async function wakeParked(hub: Hub, interactions: readonly InteractionDoc[]): Promise<void> {
  const { agents } = await floorOf(hub)
  for (const { _id, state, agentId, waitingFor } of interactions) {
    if (state !== 'active' || !agentId || waitingFor !== 'agent') continue
    const id = _id.toHexString()
    const hold = agents.get(agentId.toHexString())?.holds.find(({ interactionId }) => interactionId === id)
    if (hold?.parked === 'idle') await takePlacesAgain(hub, agentId, _id)
  }
}

/** Takes again the places that are awaited, and that of one thread which has just been written in. */
export async function takePlacesAgain(
  hub: Hub,
  agentId: Types.ObjectId,
  written?: Types.ObjectId
): Promise<void> {
  const catalog = await catalogOf(hub)
  const done = await change(Agent, agentId, (agent) => {
    const rules = capacityOf(catalog, toFloor(agent))
    let changed = false
    let holds: AgentDoc['holds'] = agent.holds
    for (const hold of agent.holds) {
      const asks = hold.parked === 'due' || (hold.parked === 'idle' && written?.equals(hold.interactionId))
      if (!asks) continue
      const others = holds
        .filter((one) => !one.interactionId.equals(hold.interactionId))
        .map(({ medium, parked }) => ({
          medium,
          parked: parked === 'due' ? ('idle' as const) : (parked ?? null)
        }))
      const parked = hasRoom(rules, others, hold.medium) ? null : 'due'
      if (parked === hold.parked) continue
      changed = true
      holds = holds.map((one) => (one.interactionId.equals(hold.interactionId) ? { ...one, parked } : one))
    }
    return changed ? { set: { holds }, entries: [] } : null
  })
  if (done?.changed) await tellAgent(hub, done.doc)
}
