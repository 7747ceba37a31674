import type { Types } from 'mongoose'
import type { Hub } from '../hub.ts'
import { change, type Change } from '../record/change.ts'
import { found } from '../refuse.ts'
import { Call, callTold, type CallDoc } from './call.model.ts'
import { linesOf } from './lines.ts'

/**
 * Changes one call by compare-and-set, tells it, and has the lines of this node do what is new; other nodes hear of
 * it. `decide` refuses by throwing, or returns null to leave it. Refuses `not-found` when there is none.
 */
export async function writeCall(
  hub: Hub,
  id: Types.ObjectId | string,
  decide: (doc: CallDoc) => Change | null,
  known?: CallDoc | null
): Promise<{ doc: CallDoc; changed: boolean }> {
  const written = found(await change(Call, id, decide, known))
  if (written.changed) {
    hub.relay.pass(callTold, written.doc)
    linesOf(hub).follow(written.doc)
  }
  return written
}
