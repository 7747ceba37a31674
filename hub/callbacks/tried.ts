import type { AttemptCause } from '@palabre/config/contract/call-end'
import { channelNamed } from '@palabre/channels/registry'
import { minutesIn } from '../calls/local-time.ts'
import type { Hub } from '../hub.ts'
import type { InteractionDoc } from '../interactions/interaction.model.ts'
import type { Change } from '../record/change.ts'
import { catalogOf } from '../settings/catalog.ts'
import { opensAt } from '../settings/opening.ts'
import { callbackOf } from './adopt.ts'
import type { CallbackDoc } from './callback.model.ts'
import { nextTry } from './next-try.ts'
import { dueSoon } from './place.ts'
import { writeCallback } from './write.ts'

/** What follows an attempt that reached nobody. */
export type Outcome =
  /** It is tried again at its time: this interaction is over. */
  | { kind: 'again'; at: Date }
  /** It was the last attempt: this interaction is over, with this disposition. */
  | { kind: 'failed'; dispositionId: string | null }
  /** The queue has no rules for it: it stays with its agent. */
  | { kind: 'stays' }

/** Notes an attempt that reached nobody, once, and says what follows by the queue's rules. Null for what is no callback. */
export async function noteTried(
  hub: Hub,
  interaction: InteractionDoc,
  cause: AttemptCause
): Promise<Outcome | null> {
  const known = await callbackOf(hub, interaction)
  if (!known) return null
  const catalog = await catalogOf(hub)
  const queue = catalog.queue(known.queueId.toHexString())
  const retries = queue?.callbacks.retries ?? null
  const calendar = catalog.calendar(queue?.calendarId ?? null)
  const country = channelNamed(known.channel).calls?.country(known.number) ?? null
  const now = new Date()
  let outcome: Outcome | null = null
  const { doc, changed } = await writeCallback(
    hub,
    known._id,
    (callback) => {
      const isUnderWay = callback.state === 'queued' && callback.interactionId?.equals(interaction._id)
      if (!isUnderWay) return null
      const attempts = [
        ...callback.attempts,
        { at: now, interactionId: interaction._id, agentId: interaction.agentId, cause }
      ]
      const at =
        retries && attempts.length < retries.attempts
          ? nextTry(retries, cause, now, {
              minutesAt: (moment) => minutesIn(country, moment),
              opensAt: (moment) => opensAt(calendar, moment)
            })
          : null
      outcome = !retries
        ? { kind: 'stays' }
        : at
          ? { kind: 'again', at }
          : { kind: 'failed', dispositionId: retries.dispositionId }
      return after(callback, attempts, outcome, cause, now)
    },
    known
  )
  if (changed) dueSoon(hub, doc)
  return outcome
}

function after(
  callback: CallbackDoc,
  attempts: CallbackDoc['attempts'],
  outcome: Outcome,
  cause: AttemptCause,
  now: Date
): Change {
  const figures = { cause, attempt: attempts.length }
  switch (outcome.kind) {
    case 'stays':
      return { set: { attempts }, entries: [{ name: 'tried', figures }] }
    case 'again':
      return {
        set: { attempts, state: 'scheduled', nextAt: outcome.at, slot: null, round: callback.round + 1 },
        entries: [{ name: 'tried', figures: { ...figures, nextAt: outcome.at.toISOString() } }]
      }
    case 'failed':
      return {
        set: { attempts, state: 'failed', nextAt: null, endedAt: now },
        unset: ['openKey'],
        entries: [{ name: 'failed', figures }]
      }
  }
}
