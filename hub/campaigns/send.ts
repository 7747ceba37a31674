import { setTimeout as sleep } from 'node:timers/promises'
import { Types } from 'mongoose'
import type { Hub } from '../hub.ts'
import { competeForLease } from '../routing/lease.ts'
import { SendingRun } from './sending-run.ts'

/** How long one waits for the lease, in pieces. */
const leaseTries = 24
const pieceMs = 50

const runs = new WeakMap<Hub, Map<string, SendingRun>>()
const runsOf = (hub: Hub) => {
  const known = runs.get(hub) ?? new Map<string, SendingRun>()
  runs.set(hub, known)
  return known
}

/**
 * Sends what is due of the campaigns of one account, until nothing is. One process does it for an account, by a lease,
 * so that its pace holds; that nobody gets anything twice does not hang on the lease but on the claim of each recipient.
 */
export async function sendCampaigns(hub: Hub, accountId: string): Promise<void> {
  const mine = runsOf(hub)
  if (mine.has(accountId)) return
  const lease = competeForLease(hub, `campaigns:${accountId}`, () => {})
  const run = new SendingRun(hub, new Types.ObjectId(accountId), lease)
  mine.set(accountId, run)
  try {
    for (let i = 0; i < leaseTries && !lease.held(); i++) await sleep(pieceMs)
    if (lease.held()) await run.work()
  } finally {
    mine.delete(accountId)
    await lease.release()
  }
}

/** Has every run of this process end, with what is under way: the process is about to. */
export async function stopSending(hub: Hub): Promise<void> {
  for (const run of runsOf(hub).values()) run.stop()
  while (runsOf(hub).size > 0) await sleep(pieceMs)
}
