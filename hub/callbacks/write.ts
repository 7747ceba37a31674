import type { Types } from 'mongoose'
import type { Hub } from '../hub.ts'
import { change, type Change } from '../record/change.ts'
import { found } from '../refuse.ts'
import { Callback, callbackTold, type CallbackDoc } from './callback.model.ts'

/** Changes one callback by compare-and-set and tells it; `not-found` when there is none. */
export async function writeCallback(
  hub: Hub,
  id: Types.ObjectId | string,
  decide: (doc: CallbackDoc) => Change | null,
  known?: CallbackDoc | null
): Promise<{ doc: CallbackDoc; changed: boolean }> {
  const written = found(await change(Callback, id, decide, known))
  if (written.changed) hub.relay.pass(callbackTold, written.doc)
  return written
}
