import type { AnyBulkWriteOperation } from 'mongoose'
import type { BulkError } from '@palabre/channels/bulk'
import { Recipient, type RecipientDoc } from './recipient.model.ts'
import type { Measure } from './tally.model.ts'

/** What became of one attempt. */
export interface Outcome {
  recipient: RecipientDoc
  state: 'sent' | 'deferred' | 'failed' | 'unknown' | 'suppressed'
  reason: string
  /** The address is dead. */
  isHard?: boolean
  /** They want no such messages. */
  isUnwanted?: boolean
  /** The platform's id of what was sent. */
  externalId?: string | undefined
  dueAt?: Date
}

const minute = 60_000
/** When what was put off is tried again: a day and a half in all, as mail servers do. */
const pauses = [2, 10, 30, 60, 180, 360, 480, 480, 480].map((minutes) => minutes * minute)

/** RFC 3463: no such mailbox or domain, a mailbox that is switched off or has moved. */
export const isDead = (status: string, code = 0): boolean =>
  /^5\.1\.(1|2|3|6|10)$|^5\.2\.1$/.test(status) ||
  (status === '' && (code === 550 || code === 551 || code === 553))

/** It is about the one mailbox, not about us: the domain takes others. */
const isTheirs = (status: string) => /^4\.2\./.test(status)

/** Times by which somebody's own pause grows with each attempt. */
const growth = 4

/** Does the domain ask for patience with all that we send? */
export const isSlow = (error: BulkError): boolean => error.failure === 'later' && !isTheirs(error.status)

/** What follows from a failure of one mail. */
export function outcomeOf(recipient: RecipientDoc, error: BulkError, now: number): Outcome {
  const reason = error.message
  if (error.failure === 'unknown') return { recipient, state: 'unknown', reason }
  if (error.failure === 'refused')
    return { recipient, state: 'failed', reason, isHard: isDead(error.status, error.code) }
  if (error.failure === 'unwanted')
    return { recipient, state: 'suppressed', reason: 'unsubscribe', isUnwanted: true }
  const pause = pauseOf(recipient.attempts, error)
  return pause === null
    ? { recipient, state: 'failed', reason }
    : { recipient, state: 'deferred', reason, dueAt: new Date(now + pause) }
}

/** After how long what was put off so often is tried again; null: not any more. */
export function pauseOf(
  attempts: number,
  { failure, retryAfterMs }: Pick<BulkError, 'failure' | 'retryAfterMs'>
): number | null {
  const usual = pauses[attempts]
  if (usual === undefined) return null
  // Who was written to a moment ago can be written to in seconds.
  return failure === 'busy' && retryAfterMs > 0
    ? Math.min(usual, retryAfterMs * growth ** attempts)
    : Math.max(usual, retryAfterMs)
}

/** What it changes in the counts. */
export function countedOf({ recipient, state, isHard }: Outcome): Partial<Record<Measure, number>> {
  const again = recipient.attempts > 0
  if (state === 'deferred') return again ? {} : { deferred: 1 }
  return {
    [state]: 1,
    ...(again && { deferred: -1 }),
    ...(isHard && { hardBounces: 1 })
  }
}

const hasGone = new Set<Outcome['state']>(['sent', 'unknown'])

/** Notes outcomes of what `by` holds. */
export async function noteOutcomes(outcomes: Outcome[], by: string): Promise<void> {
  const now = new Date()
  const writes: AnyBulkWriteOperation[] = outcomes.map(
    ({ recipient, state, reason, isHard = false, externalId, dueAt }) => ({
      updateOne: {
        filter: {
          _id: recipient._id,
          'claim.by': by,
          state: { $in: ['claimed', 'sending', 'unknown'] }
        } as never,
        update: {
          $set: {
            state,
            reason,
            updatedAt: now,
            attempts: recipient.attempts + 1,
            ...(state === 'sent' && { sentAt: now }),
            ...(isHard && { isHard, bouncedAt: now }),
            ...(externalId !== undefined && { externalId }),
            ...(dueAt && { dueAt, claim: null })
          },
          // Nothing left: the platform does not count it either.
          ...(!hasGone.has(state) && { $unset: { countedAt: '' } })
        } as never
      }
    })
  )
  await Recipient.collection.bulkWrite(writes as never, { ordered: false })
}
