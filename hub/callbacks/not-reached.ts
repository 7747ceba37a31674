import type { Types } from 'mongoose'
import type { AttemptCause } from '@palabre/config/contract/call-end'
import type { Hub } from '../hub.ts'
import { endWithout } from '../interactions/close.ts'
import { writeInteraction } from '../interactions/write.ts'
import { noteTried } from './tried.ts'

/**
 * Somebody was called and not reached. By the rules of the queue a callback is tried again later or given up, and this
 * interaction is over without wrap-up; anything else stays in its agent's hands, to be tried again or closed.
 */
export async function notReached(hub: Hub, id: Types.ObjectId, cause: AttemptCause): Promise<void> {
  const { doc, changed } = await writeInteraction(hub, id, (interaction) =>
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
  if (!changed || !doc.callback) return
  const outcome = await noteTried(hub, doc, cause)
  if (!outcome || outcome.kind === 'stays') return
  await endWithout(hub, id, outcome.kind === 'failed' ? outcome.dispositionId : null)
}
