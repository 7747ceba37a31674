import { channelNamed } from '@palabre/channels/registry'
import { setAlerts, type Concern } from '../alerts/raise.ts'
import type { Hub } from '../hub.ts'
import type { AccountDoc } from './account.model.ts'

const dayMs = 86_400_000
/** How long before their end credentials are spoken of to administrators, and when it is urgent. */
const aheadMs = 7 * dayMs
const urgentMs = 3 * dayMs
/** A webhook that was called on each of so many days, and then not for a day, is silent. */
const usualDays = 7

/** What administrators should look at, of one account that is in use. */
export function concernsOf(
  account: Pick<
    AccountDoc,
    'archived' | 'paused' | 'channel' | 'health' | 'expiresAt' | 'hookSeenAt' | 'hookDays'
  >,
  now: Date
): Concern[] {
  const { archived, paused, channel, health, expiresAt, hookSeenAt } = account
  if (archived || paused) return []
  if (health.state === 'refused')
    return [{ kind: 'account-refused', tone: 'danger', figures: { detail: health.detail } }]
  const left = expiresAt ? expiresAt.getTime() - now.getTime() : Infinity
  const isHooked = channelNamed(channel).receive !== undefined
  return [
    ...(expiresAt && left < aheadMs
      ? [
          {
            kind: 'account-expires' as const,
            tone: left < urgentMs ? ('danger' as const) : ('warn' as const),
            figures: { expiresAt: expiresAt.toISOString() }
          }
        ]
      : []),
    ...(isHooked && hookSeenAt && isSilent(account, now)
      ? [
          {
            kind: 'account-silent' as const,
            tone: 'warn' as const,
            figures: { lastAt: hookSeenAt.toISOString() }
          }
        ]
      : [])
  ]
}

/**
 * Is it quiet where it never was? Only where the webhook was called every day for a week, and then a whole day not: an
 * account with quiet week-ends is never called silent, and one of few messages neither.
 */
function isSilent({ hookSeenAt, hookDays = [] }: Pick<AccountDoc, 'hookSeenAt' | 'hookDays'>, now: Date) {
  if (!hookSeenAt || now.getTime() - hookSeenAt.getTime() < dayMs) return false
  const last = Math.floor(hookSeenAt.getTime() / dayMs)
  return Array.from({ length: usualDays }, (_, i) => last - i).every((day) => hookDays.includes(day))
}

/** Raises, and ends, what administrators are told of an account. */
export const followAccount = (hub: Hub, doc: AccountDoc, now = new Date()): Promise<void> =>
  setAlerts(hub, { noun: 'account', id: doc._id, name: doc.name }, concernsOf(doc, now))
