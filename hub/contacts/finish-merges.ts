import type { Hub } from '../hub.ts'
import { lockBoth, releaseBoth } from './merge-lock.ts'
import { ContactMerge, settleMs, type MergeDoc } from './merge.model.ts'
import { claimMerge, mergeSteps } from './merge.ts'
import { bringWork, giveWorkBack } from './move-work.ts'
import { partSteps } from './unmerge.ts'

const atOnce = 20

/**
 * Finishes merges and un-merges that a crash interrupted, and looks once more for what began in the middle of those that
 * were finished. Returns how many.
 */
export async function finishMerges(hub: Hub, now: Date): Promise<number> {
  const due = (await ContactMerge.find({ dueAt: { $lte: now, $type: 'date' } })
    .limit(atOnce)
    .lean()) as MergeDoc[]
  for (const { _id, dueAt } of due) {
    // One node at a time; should it die as well, another comes after it.
    const merge = (await ContactMerge.findOneAndUpdate(
      { _id, dueAt },
      { $set: { dueAt: new Date(now.getTime() + settleMs) } },
      { returnDocument: 'after' }
    ).lean()) as MergeDoc | null
    if (merge) await finish(hub, merge)
  }
  return due.length
}

async function finish(hub: Hub, merge: MergeDoc) {
  switch (merge.state) {
    case 'merging':
      if (await claimMerge(merge)) for (const step of mergeSteps) await step(hub, merge)
      return
    case 'parting':
      if (await lockBoth(merge)) for (const step of partSteps) await step(hub, merge)
      return
    case 'merged':
      await bringWork(hub, merge)
      break
    case 'parted':
      await giveWorkBack(hub, merge)
  }
  await releaseBoth(merge)
  await ContactMerge.updateOne({ _id: merge._id, state: merge.state }, { $set: { dueAt: null } })
}
