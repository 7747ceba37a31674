import { traceAction } from '../audit/trace.ts'
import type { Hub } from '../hub.ts'
import { found } from '../refuse.ts'
import { revokeSessions } from '../sessions/identify.ts'
import { actorOf, type Who } from '../sessions/who.ts'
import { Agent, type AgentDoc } from './agent.model.ts'
import { changePresence } from './presence.ts'

/**
 * Signs an agent out from afar: sessions end first, so that no screen of hers makes her ready again; then she is offline,
 * and her offers and urgent work go to others as when she signs out herself.
 */
export async function signOutAgent(hub: Hub, who: Who, id: string): Promise<AgentDoc> {
  const agent = found((await Agent.findById(id).lean()) as AgentDoc | null)
  await revokeSessions(hub, agent.userId)
  await traceAction(actorOf(who), 'agent.signOut', 'agent', id)
  return changePresence(hub, agent._id, { state: 'offline', cause: 'signed-out' }, actorOf(who))
}
