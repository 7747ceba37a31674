import { callOfInteraction } from '../calls/find.ts'
import { dialCall } from '../calls/dial.ts'
import type { Hub } from '../hub.ts'
import type { InteractionDoc } from '../interactions/interaction.model.ts'
import { writeInteraction } from '../interactions/write.ts'
import { Refusal } from '../refuse.ts'
import type { Who } from '../sessions/who.ts'
import { catalogOf } from '../settings/catalog.ts'

/**
 * An agent has accepted a callback: it is called as the queue says. Where that cannot be (their phone is not there, the
 * line is down), the interaction says why, and they call by hand.
 */
export async function callBack(hub: Hub, who: Who, interaction: InteractionDoc): Promise<void> {
  const { callback } = interaction
  if (interaction.medium !== 'callback' || !callback?.id || interaction.state !== 'active') return
  const rules = (await catalogOf(hub)).queue(interaction.queueId.toHexString())?.callbacks
  if (!rules || rules.dialling === 'by-hand') return
  // The customer is on the line already: came back to the queue in a call.
  const call = await callOfInteraction(interaction._id)
  if (call && call.state !== 'ended' && call.direction === 'out') return
  try {
    await dialCall(hub, who, {
      number: callback.number,
      interactionId: interaction._id.toHexString(),
      first: rules.dialling === 'customer-first' ? 'customer' : 'agent'
    })
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    await writeInteraction(hub, interaction._id, () => ({
      entries: [{ name: 'notDialled', figures: { refusal: error.refusal, detail: error.detail ?? null } }]
    }))
  }
}

/** The same, not waited for: whoever accepted sees their work at once. */
export function callBackSoon(hub: Hub, who: Who, interaction: InteractionDoc): InteractionDoc {
  callBack(hub, who, interaction).catch((error: unknown) => {
    hub.log.warn(
      { err: error, interactionId: interaction._id.toHexString() },
      'a callback could not be called'
    )
  })
  return interaction
}
