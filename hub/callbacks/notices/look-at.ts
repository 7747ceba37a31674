import type { Hub } from '../../hub.ts'
import { catalogOf } from '../../settings/catalog.ts'
import { Callback, type CallbackDoc } from '../callback.model.ts'
import { nextNotice, untold } from './next-notice.ts'

/**
 * Sees whether there is something to tell of a callback as it is now, writes down when, and has it done then. A look at
 * what has changed since has no effect: whoever changed it looks again.
 */
export async function lookAt(hub: Hub, doc: CallbackDoc): Promise<void> {
  const queue = (await catalogOf(hub)).queue(doc.queueId.toHexString())
  const { mailAccountId, template, remindMinutes } = queue?.callbacks.confirm ?? {}
  const hasWay = (mailAccountId && doc.email !== '') || template
  const notice = hasWay ? nextNotice(doc, remindMinutes ?? null, new Date()) : null
  const dueAt = notice?.dueAt ?? null
  const known = doc.notices?.dueAt ?? null
  // What failed is tried again at its own time.
  const isWaiting = (doc.notices?.attempts ?? 0) > 0 && known !== null
  if (known?.getTime() === dueAt?.getTime() || (isWaiting && dueAt)) return
  const { matchedCount } = await Callback.updateOne(
    { _id: doc._id, version: doc.version, ...(!doc.notices && { notices: null }) },
    { $set: doc.notices ? { 'notices.dueAt': dueAt } : { notices: { ...untold, dueAt } } }
  )
  if (matchedCount === 0 || !dueAt) return
  const callbackId = doc._id.toHexString()
  hub.schedule(
    'callback.remind',
    { callbackId },
    { key: `${callbackId}-${String(doc.version)}-${String(dueAt.getTime())}`, at: dueAt }
  )
}

/** Does so in the background, right after something was asked or changed; the sweep looks when this is lost. */
export function lookSoon(hub: Hub, doc: CallbackDoc): void {
  lookAt(hub, doc).catch((error: unknown) => {
    hub.log.warn({ err: error, callbackId: doc._id }, 'whether to confirm a callback is seen later')
  })
}
