import type { Hub } from '../hub.ts'
import { findInteraction } from '../interactions/find.ts'
import type { InteractionDoc } from '../interactions/interaction.model.ts'
import { found, refuse } from '../refuse.ts'
import { agentOf, type Who } from '../sessions/who.ts'
import type { CallDoc, PartyDoc } from './call.model.ts'
import { findCall } from './find.ts'
import { isIn } from './parties.ts'

/** A call in the hands of whoever asks, and their own party in it. */
export interface Mine {
  call: CallDoc
  party: PartyDoc
  interaction: InteractionDoc
}

/**
 * The call, when the asker is its agent and on the line. Refuses `not-found` out of scope, `not-yours` when the work
 * is somebody else's, `wrong-state` when the call is over.
 */
export async function mineOf(hub: Hub, who: Who, id: string): Promise<Mine> {
  const call = await findCall(id)
  const interaction = await findInteraction(hub, who, found(call.interactionId).toHexString())
  const agentId = agentOf(who)
  if (!interaction.agentId?.equals(agentId)) return refuse('not-yours')
  const party = call.parties.find((one) => one.agentId?.equals(agentId) && isIn(one))
  if (!party || call.state === 'ended') return refuse('wrong-state')
  return { call, party, interaction }
}
