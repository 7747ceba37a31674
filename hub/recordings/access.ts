import { accountOf } from '../accounts/accounts.ts'
import type { PartyDoc } from '../calls/call.model.ts'
import { openDoor } from '../calls/door.ts'
import { loadCall } from '../calls/find.ts'
import type { Hub } from '../hub.ts'
import { findInteraction } from '../interactions/find.ts'
import { found, refuse } from '../refuse.ts'
import { may, type Who } from '../sessions/who.ts'
import { loadRecording } from './find.ts'
import type { RecordingDoc } from './recording.model.ts'

/**
 * May this person hear a recording of work that they may see? Administrators and supervisors may; agents the messages
 * that were left, and conversations in which they spoke where the account lets them.
 */
export async function mayHear(hub: Hub, who: Who, doc: RecordingDoc): Promise<boolean> {
  if (!may(who, 'recording:listen')) return false
  if (who.roles.includes('administrator') || who.roles.includes('supervisor')) return true
  if (doc.use === 'voicemail') return true
  const account = await accountOf(hub, doc.accountId.toHexString())
  if (!account || !openDoor(hub, account).policy.agentsListen || !who.agentId) return false
  const call = await loadCall(doc.callId)
  return call?.parties.some((party) => party.agentId?.equals(who.agentId!) && hasTalked(party)) === true
}

/** Was it in the talk, and did not only ring, or listen? */
const hasTalked = ({ role, state, end }: PartyDoc) =>
  role === 'agent' && (state === 'in' || end?.cause === 'hungUp')

/**
 * The recording, when it is of work in the asker's scope; else `not-found`. Refuses `not-permitted` when they may see
 * the work but not hear it. What belongs to no work (yet) is for administrators.
 */
export async function findRecording(hub: Hub, who: Who, id: string): Promise<RecordingDoc> {
  const doc = found(await loadRecording(id))
  if (doc.interactionId) await findInteraction(hub, who, doc.interactionId.toHexString())
  else if (!who.roles.includes('administrator')) return refuse('not-found')
  return (await mayHear(hub, who, doc)) ? doc : refuse('not-permitted')
}
