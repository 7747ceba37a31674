import type { Hub } from '../hub.ts'
import type { InteractionDoc } from '../interactions/interaction.model.ts'
import { writeInteraction } from '../interactions/write.ts'
import { writeCallback } from './write.ts'

/**
 * Notes once of a promised slot whether the number was called in it. The interaction says it, so that it is counted with
 * the rest of its story; the callback shows it.
 */
export async function noteSlot(hub: Hub, interaction: InteractionDoc, isKept: boolean): Promise<void> {
  const id = interaction.callback?.id
  if (!id || !interaction.callback?.slot) return
  const { doc } = await writeInteraction(hub, interaction._id, ({ callback, agentId }) =>
    callback && typeof callback.kept !== 'boolean'
      ? {
          set: { callback: { ...callback, kept: isKept } },
          entries: [
            {
              name: isKept ? 'slotKept' : 'slotBroken',
              figures: { agentId: agentId?.toHexString() ?? null }
            }
          ]
        }
      : null
  )
  const kept = doc.callback?.kept ?? null
  await writeCallback(hub, id, (callback) =>
    callback.kept === kept || !callback.interactionId?.equals(interaction._id)
      ? null
      : { set: { kept }, entries: [] }
  )
}

/** Is the number called, now, in the slot that was promised? */
export const isInSlot = ({ callback }: Pick<InteractionDoc, 'callback'>, now: Date): boolean =>
  Boolean(callback?.slot && now <= callback.slot.to)
