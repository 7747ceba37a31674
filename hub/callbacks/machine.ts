import { callOfInteraction } from '../calls/find.ts'
import type { CallDoc } from '../calls/call.model.ts'
import { hangUpCall } from '../calls/hang-up.ts'
import { orOver } from '../calls/over.ts'
import { isTalk, sentOut } from '../calls/parties.ts'
import { writeCall } from '../calls/write.ts'
import type { Hub } from '../hub.ts'
import { loadInteraction } from '../interactions/find.ts'
import { found, refuse } from '../refuse.ts'
import { agentOf, type Who } from '../sessions/who.ts'
import { Callback, type CallbackDoc } from './callback.model.ts'
import { notReached } from './not-reached.ts'

/**
 * The agent says that a machine answered: the call is ended, and the queue's rules say what follows. Refuses `not-yours`,
 * and `wrong-state` when nothing of it is in anybody's hands.
 */
export async function machineAnswered(
  hub: Hub,
  who: Who,
  { _id, state, interactionId }: CallbackDoc
): Promise<CallbackDoc> {
  const interaction =
    state === 'queued' && interactionId ? await loadInteraction(interactionId.toHexString()) : null
  if (interaction?.state !== 'active' && interaction?.state !== 'wrapup') return refuse('wrong-state')
  if (!interaction.agentId?.equals(agentOf(who))) return refuse('not-yours')
  const call = await callOfInteraction(interaction._id)
  if (call && call.state !== 'ended') await hangUpCall(hub, who, call._id.toHexString())
  await notReached(hub, interaction._id, 'machine')
  return found((await Callback.findById(_id).lean()) as CallbackDoc | null)
}

/**
 * The media server has heard a machine. While nobody of ours is on the line the call is ended, and the queue's rules say
 * what follows; whoever is hears it themselves.
 */
export async function machineHeard(hub: Hub, known: CallDoc): Promise<void> {
  const now = new Date()
  const { doc, changed } = await writeCall(
    hub,
    known._id,
    (call) => {
      if (call.direction === 'in' || call.state === 'ended' || isTalk(call.parties)) return null
      const parties = call.parties.map((party) => sentOut(party, now))
      const change = { set: { parties, endedBy: 'system' }, entries: [{ name: 'machine', figures: {} }] }
      return orOver(call, change, parties, now)
    },
    known
  )
  if (changed && doc.interactionId) await notReached(hub, doc.interactionId, 'machine')
}
