import type { CallDoc } from '../calls/call.model.ts'
import type { Hub } from '../hub.ts'
import { shortAbandonMs } from '@palabre/config/figures/figures'
import type { InteractionDoc } from '../interactions/interaction.model.ts'
import { Refusal } from '../refuse.ts'
import { catalogOf } from '../settings/catalog.ts'
import { askCallback } from './ask.ts'
import { languageOf } from './language.ts'

/**
 * Somebody hung up while they waited: where the queue says so they are called back, once for a call. Who gave up at once
 * had not begun to wait.
 */
export async function callBackMissed(hub: Hub, call: CallDoc, interaction: InteractionDoc): Promise<void> {
  const queueId = interaction.queueId.toHexString()
  const rules = (await catalogOf(hub)).queue(queueId)?.callbacks
  const waitedMs = (interaction.closedAt ?? new Date()).getTime() - interaction.queuedAt.getTime()
  if (!rules?.missedCalls || call.number === '' || waitedMs < shortAbandonMs) return
  try {
    await askCallback(hub, {
      source: 'missed-call',
      queueId,
      number: call.number,
      name: call.name,
      locale: await languageOf(hub, call.accountId),
      key: `missed:${call._id.toHexString()}`
    })
  } catch (error) {
    // Their number may not be called, or waits already.
    if (!(error instanceof Refusal)) throw error
    hub.log.debug(
      { callId: call._id.toHexString(), refusal: error.refusal },
      'a missed call is not called back'
    )
  }
}
