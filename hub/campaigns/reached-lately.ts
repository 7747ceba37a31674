import type { Types } from 'mongoose'
import { Recipient } from './recipient.model.ts'
import { RollingDay, windowMs } from './rolling-day.ts'

const lately = (accountId: Types.ObjectId, now: number) => [
  { $match: { accountId, countedAt: { $gt: new Date(now - windowMs), $type: 'date' } } },
  { $group: { _id: '$address', at: { $max: '$countedAt' } } },
  { $sort: { at: 1 } }
]

/** Whom an account wrote to in the last 24 hours, by all its campaigns. */
export async function reachedLately(accountId: Types.ObjectId, now: number): Promise<RollingDay> {
  const day = new RollingDay()
  const rows = (await Recipient.aggregate(lately(accountId, now) as never)) as { _id: string; at: Date }[]
  for (const { _id, at } of rows) day.enter(_id, at.getTime())
  return day
}
