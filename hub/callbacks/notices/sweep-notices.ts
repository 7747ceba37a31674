import { Schema, model } from 'mongoose'
import { callbackStates } from '@palabre/config/contract/callback'
import type { Hub } from '../../hub.ts'
import { Callback, type CallbackDoc } from '../callback.model.ts'
import { lookAt } from './look-at.ts'

/** Up to when every change of a callback was looked at. */
interface MarkDoc {
  _id: 'callbacks'
  upTo: Date
}

const Mark = model<MarkDoc>(
  'CallbackNoticesMark',
  new Schema<MarkDoc>({ _id: String, upTo: Date }, { collection: 'callbackMarks', versionKey: false })
)

const atOnce = 200
/** Whoever changed one has this long to look at it. */
const graceMs = 2000
/** Clocks of our machines differ by less. */
const slackMs = 30_000
const firstLookMs = 86_400_000
/** A job that failed keeps its key for a while; after this time another one is set. */
const jobMs = 10_000

/**
 * Looks at every callback that changed since the last sweep, whoever changed it and however long nobody swept, and has
 * told what is due and was not: after a crash, or a flush of Redis.
 */
export async function sweepNotices(hub: Hub, now: Date): Promise<void> {
  const upTo = new Date(now.getTime() - graceMs)
  const mark = (await Mark.findById('callbacks').lean()) as MarkDoc | null
  const from = (mark?.upTo.getTime() ?? now.getTime() - firstLookMs) - slackMs
  const changed = Callback.find({
    state: { $in: [...callbackStates] },
    updatedAt: { $gt: new Date(from), $lte: upTo }
  })
    .lean()
    .cursor()
  for await (const doc of changed) await lookAt(hub, doc as CallbackDoc)
  await Mark.updateOne({ _id: 'callbacks' }, { $max: { upTo } }, { upsert: true })
  const due = (await Callback.find(
    {
      'notices.dueAt': { $lte: upTo, $type: 'date' },
      $or: [{ 'notices.claim': null }, { 'notices.claim.until': { $lt: now } }]
    },
    { 'notices.attempts': 1 }
  )
    .sort({ 'notices.dueAt': 1 })
    .limit(atOnce)
    .lean()) as Pick<CallbackDoc, '_id' | 'notices'>[]
  for (const { _id, notices } of due) {
    const callbackId = _id.toHexString()
    const turn = Math.floor(now.getTime() / jobMs)
    hub.schedule(
      'callback.remind',
      { callbackId },
      { key: `${callbackId}-sweep-${String(notices?.attempts ?? 0)}-${String(turn)}` }
    )
  }
}
