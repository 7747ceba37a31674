import type { Types } from 'mongoose'
import type { Hub } from '../hub.ts'
import { abandonInteraction } from '../interactions/close.ts'
import { dueAt } from '../interactions/ensure.ts'
import { writeInteraction } from '../interactions/write.ts'
import { catalogOf } from '../settings/catalog.ts'

/** A message that was left takes the place of a mail: it can wait, and be worked beside others. */
export const asLeft = 'email'

/**
 * Makes written work of a call that waits, because its customer leaves a message: it keeps its place in the queue, and no
 * phone rings for it. Returns whether it did; not when it has left the queue, or is being offered.
 */
export async function intoVoicemail(hub: Hub, id: Types.ObjectId): Promise<boolean> {
  const catalog = await catalogOf(hub)
  let isOne = false
  await writeInteraction(hub, id, (interaction) => {
    isOne = interaction.medium === asLeft
    if (isOne || interaction.state !== 'queued') return null
    isOne = true
    const queue = catalog.queue(interaction.queueId.toHexString())
    return {
      set: {
        medium: asLeft,
        suggestion: null,
        dueAt: dueAt(queue, asLeft, interaction.queuedAt) ?? interaction.dueAt
      },
      entries: [{ name: 'voicemail', figures: {} }]
    }
  })
  return isOne
}

/** Nothing was left: the caller gave up waiting. What an agent has taken meanwhile stays in their hands. */
export async function asNothingLeft(hub: Hub, id: Types.ObjectId): Promise<void> {
  const { doc } = await writeInteraction(hub, id, (interaction) =>
    interaction.medium === asLeft && (interaction.state === 'queued' || interaction.state === 'offered')
      ? { set: { medium: 'voice' }, entries: [] }
      : null
  )
  if (doc.medium === 'voice') await abandonInteraction(hub, id.toHexString())
}
