import { floorOf } from '../agents/floor.ts'
import type { Hub } from '../hub.ts'
import { handToAgent } from '../interactions/take.ts'
import { findInteraction, loadInteraction } from '../interactions/find.ts'
import type { InteractionDoc } from '../interactions/interaction.model.ts'
import { found, refuse } from '../refuse.ts'
import { actorOf, agentOf, type Who } from '../sessions/who.ts'
import type { CallDoc } from './call.model.ts'
import { findCall } from './find.ts'
import { newParty } from './new-party.ts'
import { inCharge, isIn, isThere, sentOut, withParty } from './parties.ts'
import { phoneOf } from './phone.ts'
import { writeCall } from './write.ts'

export type Supervision = 'monitor' | 'whisper' | 'barge' | 'leave'

/** How a supervisor is heard: by nobody, by the agents only, by all. */
const marks = {
  monitor: { muted: true, coach: null },
  whisper: { muted: false, coach: 'agent' },
  barge: { muted: false, coach: null }
} as const

/**
 * A supervisor's phone is called into a call, to listen, to whisper to its agent, or to join it; or changes between
 * those; or leaves. Always unheard until the room knows who may hear. Refuses `wrong-state` when nobody talks.
 */
export async function superviseCall(hub: Hub, who: Who, id: string, as: Supervision): Promise<CallDoc> {
  const agentId = agentOf(who)
  const call = await findCall(id)
  await findInteraction(hub, who, found(call.interactionId).toHexString())
  const { agents } = await floorOf(hub)
  const phone = phoneOf(agents.get(agentId.toHexString()) ?? { id: agentId.toHexString(), name: who.name })
  const { doc } = await writeCall(hub, id, (newest) => {
    const now = new Date()
    const mine = newest.parties.find((one) => one.agentId?.equals(agentId) && isThere(one))
    if (mine && mine.role !== 'supervisor') return refuse('wrong-state')
    const entries = [{ name: as, by: actorOf(who), figures: { agentId: agentId.toHexString() } }]
    if (as === 'leave')
      return mine
        ? { set: { parties: withParty(newest.parties, mine.tag, (one) => sentOut(one, now)) }, entries }
        : null
    if (newest.state !== 'talking') return refuse('wrong-state')
    if (mine)
      return {
        set: { parties: withParty(newest.parties, mine.tag, () => ({ ...marks[as], changedAt: now })) },
        entries
      }
    const fresh = newParty(
      {
        role: 'supervisor',
        agentId,
        target: phone.target,
        name: phone.name,
        task: { kind: 'join' },
        invited: true,
        ...marks[as]
      },
      now
    )
    return { set: { parties: [...newest.parties, fresh] }, entries }
  })
  return doc
}

/** A supervisor who is in a call takes it from its agent. Refuses `wrong-state` when they are not in it. */
export async function takeOverCall(hub: Hub, who: Who, id: string): Promise<InteractionDoc> {
  const agentId = agentOf(who)
  const call = await findCall(id)
  const interaction = await findInteraction(hub, who, found(call.interactionId).toHexString())
  const mine = call.parties.find((one) => one.agentId?.equals(agentId) && isIn(one))
  if (!mine || interaction.state !== 'active') return refuse('wrong-state')
  await handToAgent(hub, who, interaction, agentId)
  await writeCall(hub, id, (newest) => ({
    set: {
      parties: withParty(newest.parties, mine.tag, (party) => inCharge(party, new Date()))
    },
    entries: [{ name: 'takenOver', by: actorOf(who), figures: { agentId: agentId.toHexString() } }]
  }))
  return found(await loadInteraction(interaction._id.toHexString()))
}
