import type { Hub } from '../hub.ts'
import { handToHolder, heldAccounts, type HeldJob } from '../jobs/held.ts'
import { Message, type MessageDoc } from './message.model.ts'

type Filter = Record<string, unknown>

/** Which messages a process may take to its channel: all but those of accounts held elsewhere, or those of one it holds. */
export interface Reach {
  whose: Filter
  /** Hands the message to its holder if it is one of theirs and still `due`. */
  passOn(job: HeldJob, id: string, due: Filter): Promise<void>
}

/** @param heldId the account whose connection this process holds, where the job came by its queue */
export async function reachOf(hub: Hub, heldId: string | undefined): Promise<Reach> {
  if (heldId !== undefined) return { whose: { accountId: heldId }, passOn: () => Promise.resolve() }
  const held = await heldAccounts(hub)
  if (held.length === 0) return { whose: {}, passOn: () => Promise.resolve() }
  return {
    whose: { accountId: { $nin: held } },
    async passOn(job, id, due) {
      const message = (await Message.findOne({ _id: id, accountId: { $in: held }, ...due } as never, {
        accountId: 1
      }).lean()) as Pick<MessageDoc, 'accountId'> | null
      if (message) await handToHolder(hub, job, message.accountId.toHexString(), id)
    }
  }
}

const atOnce = 100

/**
 * Hands what is overdue of held accounts to their holders again, the oldest first: after a flush of Redis, or when a
 * holder died. Each account has a share of its own, as what waits for one without a holder may be much.
 */
export async function sweepHeld(hub: Hub, overdue: Date): Promise<void> {
  const now = new Date()
  for (const accountId of await heldAccounts(hub)) {
    const find = (field: 'sendAt' | 'errandAt', more: Filter) =>
      Message.find({ accountId, [field]: { $lt: overdue, $type: 'date' }, ...more } as never, { _id: 1 })
        .sort({ [field]: 1 })
        .limit(atOnce)
        .lean()
    const unclaimed = { $or: [{ state: { $ne: 'sending' } }, { 'claim.until': { $lt: now } }] }
    for (const { _id } of await find('sendAt', { kind: 'out', ...unclaimed }))
      await handToHolder(hub, 'message.send', accountId.toHexString(), String(_id))
    for (const { _id } of await find('errandAt', {}))
      await handToHolder(hub, 'message.errand', accountId.toHexString(), String(_id))
  }
}
