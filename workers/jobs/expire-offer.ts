import { expireOffer } from '@palabre/hub/interactions/decline'
import type { RunJob } from './job.ts'

/** An offer that nobody answered goes back to its queue. */
export const expireOfferJob: RunJob<'offer.expire'> = (hub, { interactionId, offerId }) =>
  expireOffer(hub, interactionId, offerId)
