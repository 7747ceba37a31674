import type { Types } from 'mongoose'
import type { EndCause } from '@palabre/config/contract/call-end'
import type { Hub } from '../hub.ts'
import { catalogOf } from '../settings/catalog.ts'
import { dueAt } from './ensure.ts'
import { writeInteraction } from './write.ts'

/**
 * Makes a callback of a call that waits: it keeps its place in the queue, and takes no line while it waits. Returns
 * whether it did; not when it has left the queue, or is being offered.
 */
export async function intoCallback(hub: Hub, id: Types.ObjectId, number: string): Promise<boolean> {
  const catalog = await catalogOf(hub)
  let isOne = false
  await writeInteraction(hub, id, (interaction) => {
    isOne = interaction.callback !== null
    if (isOne || interaction.state !== 'queued') return null
    isOne = true
    const queue = catalog.queue(interaction.queueId.toHexString())
    return {
      set: {
        medium: 'callback',
        callback: { number, askedAt: new Date(), attempts: 0, lastCause: null },
        suggestion: null,
        customerOnline: false,
        dueAt: dueAt(queue, 'callback', interaction.queuedAt) ?? interaction.dueAt
      },
      entries: [{ name: 'callbackAsked', figures: { number } }]
    }
  })
  return isOne
}

/** Somebody was called and not reached: it stays in its agent's hands, to be tried again or closed. */
export async function noteNotReached(hub: Hub, id: Types.ObjectId, cause: EndCause): Promise<void> {
  await writeInteraction(hub, id, (interaction) =>
    interaction.state === 'closed'
      ? null
      : {
          set: {
            customerOnline: false,
            waitingFor: 'agent',
            ...(interaction.callback && {
              callback: {
                ...interaction.callback,
                attempts: interaction.callback.attempts + 1,
                lastCause: cause
              }
            })
          },
          entries: [{ name: 'notReached', figures: { cause } }]
        }
  )
}
