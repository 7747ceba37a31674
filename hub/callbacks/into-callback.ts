import type { Types } from 'mongoose'
import type { Hub } from '../hub.ts'
import { dueAt } from '../interactions/ensure.ts'
import { writeInteraction } from '../interactions/write.ts'
import { catalogOf } from '../settings/catalog.ts'
import { adoptCallback } from './adopt.ts'

/**
 * Makes a callback of a call that waits: it keeps its place in the queue, and takes no line while it waits. Returns
 * whether it did; not when it has left the queue, or is being offered.
 */
export async function intoCallback(hub: Hub, id: Types.ObjectId, number: string): Promise<boolean> {
  const catalog = await catalogOf(hub)
  let isOne = false
  const { doc } = await writeInteraction(hub, id, (interaction) => {
    isOne = interaction.callback !== null
    if (isOne || interaction.state !== 'queued') return null
    isOne = true
    const queue = catalog.queue(interaction.queueId.toHexString())
    return {
      set: {
        medium: 'callback',
        callback: { id: interaction._id, number, askedAt: new Date(), attempts: 0, lastCause: null },
        suggestion: null,
        customerOnline: false,
        dueAt: dueAt(queue, 'callback', interaction.queuedAt) ?? interaction.dueAt
      },
      entries: [{ name: 'callbackAsked', figures: { number } }]
    }
  })
  if (isOne) await adoptCallback(hub, doc, 'wait')
  return isOne
}
