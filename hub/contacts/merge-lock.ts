import type { Types } from 'mongoose'
import { Contact } from './contact.model.ts'
import type { MergeDoc } from './merge.model.ts'

/** Both in one order, so that of two merges of the same two one wins. */
const both = ({ targetId, sourceId }: MergeDoc): Types.ObjectId[] =>
  [targetId, sourceId].sort((a, b) => (a.toHexString() < b.toHexString() ? -1 : 1))

/**
 * Keeps other merges away from both contacts until it is released; a merge has its own lock again after a crash. The
 * target must be nobody's, and the source nobody's but the target's. False: somebody else has one of them.
 */
export async function lockBoth(merge: MergeDoc): Promise<boolean> {
  for (const _id of both(merge)) {
    const mergedInto = _id.equals(merge.sourceId) ? { $in: [null, merge.targetId] } : null
    const { matchedCount } = await Contact.updateOne(
      { _id, mergedInto, merging: { $in: [null, merge.lockId] } },
      { $set: { merging: merge.lockId } }
    )
    if (matchedCount === 0) return false
  }
  return true
}

export async function releaseBoth(merge: MergeDoc): Promise<void> {
  await Contact.updateMany({ _id: { $in: both(merge) }, merging: merge.lockId }, { $set: { merging: null } })
}
