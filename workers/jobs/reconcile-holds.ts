import { endLoans } from '@palabre/hub/agents/lend'
import { dropGone } from '@palabre/hub/agents/presence'
import { reconcileHolds } from '@palabre/hub/agents/reconcile'
import type { RunJob } from './job.ts'

/** Mends what a crash between two writes left, takes agents without connection off the floor, ends loans. */
export const reconcileHoldsJob: RunJob<'hold.reconcile'> = async (hub) => {
  const now = new Date()
  await dropGone(hub, now)
  await endLoans(hub, now)
  await reconcileHolds(hub, now)
}
