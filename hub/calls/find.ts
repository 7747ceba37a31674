import type { Types } from 'mongoose'
import { found } from '../refuse.ts'
import { Call, type CallDoc } from './call.model.ts'
import { isIn } from './parties.ts'

/** By id; null when there is none. */
export const loadCall = async (id: Types.ObjectId | string) =>
  (await Call.findById(id).lean()) as CallDoc | null

/** The call in which the media server knows a party by this id. */
export const callOfParty = async (partyId: string) =>
  (await Call.findOne({ 'parties.partyId': { $eq: partyId, $type: 'string' } }).lean()) as CallDoc | null

/** The call into which somebody was called under this tag. */
export const callOfTag = async (tag: string) =>
  (await Call.findOne({ 'parties.tag': tag }).lean()) as CallDoc | null

/** The newest call of an interaction. */
export const callOfInteraction = async (interactionId: Types.ObjectId | string) =>
  (await Call.findOne({ interactionId }).sort({ startedAt: -1 }).lean()) as CallDoc | null

/** Is the agent on the line in the interaction's call? */
export const isOnTheLine = async (interactionId: Types.ObjectId, agentId: Types.ObjectId): Promise<boolean> =>
  (await callOfInteraction(interactionId))?.parties.some(
    (party) => party.agentId?.equals(agentId) && isIn(party)
  ) === true

/** By id, or the refusal `not-found`. */
export const findCall = async (id: string) => found(await loadCall(id))
