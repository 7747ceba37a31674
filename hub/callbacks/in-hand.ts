import type { Types } from 'mongoose'
import { loadInteraction } from '../interactions/find.ts'
import { refuse } from '../refuse.ts'
import type { CallbackDoc } from './callback.model.ts'

/** Refuses `too-late` while an agent other than this one has the callback in hand. */
export async function checkInHand(
  { state, interactionId }: Pick<CallbackDoc, 'state' | 'interactionId'>,
  agentId: Types.ObjectId | null
): Promise<void> {
  if (state !== 'queued' || !interactionId) return
  const interaction = await loadInteraction(interactionId.toHexString())
  const isInHand = interaction?.state === 'active' || interaction?.state === 'wrapup'
  if (isInHand && !(agentId && interaction.agentId?.equals(agentId))) refuse('too-late')
}
