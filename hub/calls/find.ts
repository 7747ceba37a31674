import type { Types } from 'mongoose'
import { found } from '../refuse.ts'
import { Call, customerTag, type CallDoc } from './call.model.ts'
import { isIn } from './parties.ts'

/** By id; null when there is none. */
export const loadCall = async (id: Types.ObjectId | string) =>
  (await Call.findById(id).lean()) as CallDoc | null

/** The call in which the media server knows a party by this id. */
export const callOfParty = async (partyId: string) =>
  (await Call.findOne({ 'parties.partyId': { $eq: partyId, $type: 'string' } }).lean()) as CallDoc | null

/** What a party is called by at the media server: unlike its tag, of this call only. */
export const calledAs = (call: CallDoc, tag: string): string =>
  tag === customerTag ? `${customerTag}-${call._id.toHexString()}` : tag

const ofCustomer = new RegExp(`^${customerTag}-([0-9a-f]{24})$`)

/** The call into which somebody was called as this, and their tag in it; null when it is not kept (any more). */
export async function findCalledAs(name: string): Promise<{ call: CallDoc; tag: string } | null> {
  const callId = ofCustomer.exec(name)?.[1]
  const call = callId
    ? await loadCall(callId)
    : ((await Call.findOne({ 'parties.tag': name }).lean()) as CallDoc | null)
  return call && { call, tag: callId ? customerTag : name }
}

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
