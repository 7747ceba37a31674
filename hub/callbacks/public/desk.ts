import type { CallbackOffer, VisitCallbackOffer } from '@palabre/config/contract/callback'
import type { Queue } from '@palabre/config/contract/setting'
import type { AccountDoc } from '../../accounts/account.model.ts'
import type { VoiceDoor } from '../../calls/door.ts'
import type { Hub } from '../../hub.ts'
import { refuse } from '../../refuse.ts'
import { policyOf } from '../../visitors/state.ts'
import { lineOf, offerOf, queueFor } from '../offer.ts'
import { consentOf } from './consent.ts'

/** Where visitors of an account ask to be called. */
export interface CallbackDesk {
  queue: Queue
  door: VoiceDoor
}

/** Refuses `not-found` where visitors are not called back, `not-deliverable` where nobody could call. */
export async function deskOf(hub: Hub, account: AccountDoc): Promise<CallbackDesk> {
  const { callback } = policyOf(hub, account)
  if (!callback) return refuse('not-found')
  const queue = await queueFor(hub, callback.queueId ?? account.queueId.toHexString())
  return { queue, door: (await lineOf(hub, queue)) ?? refuse('not-deliverable', 'no-line') }
}

/** What a visitor may choose, and what is asked of them. */
export async function visitOfferOf(hub: Hub, { queue, door }: CallbackDesk): Promise<VisitCallbackOffer> {
  const { confirm, limits } = queue.callbacks
  const offer: CallbackOffer = await offerOf(hub, queue.id)
  return {
    ...offer,
    consent: { en: consentOf(queue, 'en'), fr: consentOf(queue, 'fr') },
    code: limits.code,
    emailWanted: limits.code === 'mail' ? 'required' : confirm.mailAccountId === null ? 'no' : 'optional',
    country: door.calls.country(door.policy.callerId)
  }
}
