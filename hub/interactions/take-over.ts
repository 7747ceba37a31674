import { Types } from 'mongoose'
import { floorOf } from '../agents/floor.ts'
import { releaseHold } from '../agents/holds.ts'
import { callOfInteraction } from '../calls/find.ts'
import type { Hub } from '../hub.ts'
import { handDraft } from '../messages/hand-draft.ts'
import { Refusal, refuse } from '../refuse.ts'
import { actorOf, agentOf, type Who } from '../sessions/who.ts'
import { findOverseen } from '../stepping/oversight.ts'
import { tellStepIn } from '../stepping/step-in.ts'
import { accepting } from './accept.ts'
import type { InteractionDoc } from './interaction.model.ts'
import { takePlace } from './take.ts'
import { writeInteraction } from './write.ts'

/** Who holds it, or is offered it. */
const inHandsOf = ({ state, agentId, offer }: InteractionDoc): Types.ObjectId | null =>
  state === 'active' ? agentId : state === 'offered' ? (offer?.agentId ?? null) : null

/**
 * A supervisor takes what an agent holds or is offered, and goes on with what they were writing. It takes a place like
 * any work. Refuses `changed-meanwhile` when somebody else has it by now, `over-capacity`, `not-ready`, `wrong-state`
 * for a call: that is taken over on the telephone.
 */
export async function takeOverInteraction(
  hub: Hub,
  who: Who,
  id: string,
  { fromAgentId, reason }: { fromAgentId: string; reason: string }
): Promise<InteractionDoc> {
  const agentId = agentOf(who)
  const interaction = await findOverseen(hub, who, id)
  const former = new Types.ObjectId(fromAgentId)
  if (!inHandsOf(interaction)?.equals(former)) return refuse('changed-meanwhile')
  if (former.equals(agentId)) return refuse('wrong-state', 'It is in your own hands')
  const call = await callOfInteraction(interaction._id)
  if (call && call.state !== 'ended') return refuse('wrong-state', 'A call is taken over on the telephone')
  const wasHeld = interaction.state === 'active'
  await takePlace(hub, agentId, interaction)
  let taken: InteractionDoc
  try {
    const { doc } = await writeInteraction(
      hub,
      interaction._id,
      (newest) => {
        if (newest.state !== interaction.state || !inHandsOf(newest)?.equals(former))
          return refuse('changed-meanwhile')
        const accepted = wasHeld ? { set: {}, entries: [] } : accepting(newest, agentId, actorOf(who))
        return {
          set: { ...accepted.set, agentId, acceptedAt: new Date(), snoozedUntil: null },
          entries: [
            ...accepted.entries,
            {
              name: 'takenOver',
              by: actorOf(who),
              figures: { agentId: agentId.toHexString(), fromAgentId },
              action: 'interaction.takeOver',
              changes: { agentId: [fromAgentId, agentId.toHexString()], reason: [null, reason] }
            }
          ]
        }
      },
      interaction
    )
    taken = doc
  } catch (error) {
    // Where the answer was lost, the write may have been done: then the reconciliation judges.
    if (error instanceof Refusal) await releaseHold(hub, agentId, interaction._id)
    throw error
  }
  await releaseHold(hub, former, interaction._id, { handled: wasHeld })
  const agent = (await floorOf(hub)).agents.get(fromAgentId)
  const wasHanded = agent ? await handDraft(agent.userId, who.userId, interaction._id) : false
  await tellStepIn(hub, who, taken, former, { kind: 'taken-over', reason, wasHanded })
  return taken
}
