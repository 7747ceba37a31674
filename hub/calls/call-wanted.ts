import type { Line } from '@palabre/channels/call'
import { accountOf } from '../accounts/accounts.ts'
import type { Hub } from '../hub.ts'
import { loadInteraction } from '../interactions/find.ts'
import { partyOf, type CallDoc } from './call.model.ts'
import { openDoor } from './door.ts'
import { withParty } from './parties.ts'
import { writeCall } from './write.ts'

/** Rings for so long when no offer says how long. */
const invitedSeconds = 30

/**
 * Calls the parties that are wanted, beside the customer's line (so that all are at one media server). Each is noted
 * as called first: two nodes, or one twice, do not ring it twice.
 */
export function callWanted(hub: Hub, call: CallDoc, line: Line): void {
  for (const { tag, state } of call.parties)
    if (state === 'wanted')
      ring(hub, call, tag, line).catch((error: unknown) => {
        hub.log.warn({ err: error, callId: call._id.toHexString() }, 'a party could not be called')
      })
}

async function ring(hub: Hub, known: CallDoc, tag: string, line: Line) {
  const now = new Date()
  let isOurs = false
  const { doc } = await writeCall(
    hub,
    known._id,
    (call) => {
      isOurs = partyOf(call, tag).state === 'wanted'
      return isOurs
        ? {
            set: {
              parties: withParty(call.parties, tag, () => ({ state: 'called', since: now, changedAt: now }))
            },
            entries: []
          }
        : null
    },
    known
  )
  if (!isOurs) return
  const party = partyOf(doc, tag)
  const account = await accountOf(hub, doc.accountId.toHexString())
  if (!account || !party.target) return
  const { policy } = openDoor(hub, account)
  line.tell({
    kind: 'call',
    party: {
      tag,
      target: party.target,
      from: party.role === 'guest' ? policy.callerId : doc.number || policy.callerId,
      fromName: doc.name,
      seconds: await secondsOf(doc, party.offerId !== null),
      headers: {
        'X-Palabre-Call': doc._id.toHexString(),
        ...(doc.interactionId && { 'X-Palabre-Interaction': doc.interactionId.toHexString() }),
        ...(party.offerId && { 'X-Palabre-Offer': party.offerId.toHexString() })
      }
    }
  })
}

async function secondsOf({ interactionId }: CallDoc, isOffer: boolean): Promise<number> {
  const offer = isOffer && interactionId ? (await loadInteraction(interactionId.toHexString()))?.offer : null
  return offer ? Math.max(3, Math.ceil((offer.expiresAt.getTime() - Date.now()) / 1000)) : invitedSeconds
}
