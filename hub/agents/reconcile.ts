import type { Hub } from '../hub.ts'
import { Interaction, type InteractionDoc } from '../interactions/interaction.model.ts'
import { Agent, type AgentDoc } from './agent.model.ts'
import { releaseHold } from './holds.ts'

/** A place just taken may not have its offer yet. */
const graceMs = 5000

/**
 * Gives back places whose interaction is not with the agent: a crash came between the two writes. The reverse (an
 * interaction without a place) cannot come about, because places are taken before and given back after.
 */
export async function reconcileHolds(hub: Hub, now: Date): Promise<number> {
  const before = new Date(now.getTime() - graceMs)
  const agents = (await Agent.find({ 'holds.since': { $lt: before } }).lean()) as AgentDoc[]
  const held = agents.flatMap((agent) =>
    agent.holds.filter((hold) => hold.since < before).map((hold) => ({ agent, hold }))
  )
  if (held.length === 0) return 0
  const interactions = (await Interaction.find(
    { _id: { $in: held.map(({ hold }) => hold.interactionId) } },
    { state: 1, agentId: 1, offer: 1 }
  ).lean()) as Pick<InteractionDoc, '_id' | 'state' | 'agentId' | 'offer'>[]
  const byId = new Map(interactions.map((doc) => [doc._id.toHexString(), doc]))
  let mended = 0
  for (const { agent, hold } of held) {
    const doc = byId.get(hold.interactionId.toHexString())
    const theirs =
      (doc?.state === 'offered' && doc.offer?.agentId.equals(agent._id)) ||
      ((doc?.state === 'active' || doc?.state === 'wrapup') && doc.agentId?.equals(agent._id))
    if (theirs) continue
    await releaseHold(hub, agent._id, hold.interactionId)
    mended++
  }
  if (mended > 0) hub.log.warn({ mended }, 'places without interaction were given back')
  return mended
}
