import { arrangeMany } from '../interactions/arrange.ts'
import { Interaction } from '../interactions/interaction.model.ts'
import type { Hub } from '../hub.ts'
import { found } from '../refuse.ts'
import { actorOf, type Who } from '../sessions/who.ts'
import { ChannelAccountModel, type AccountDoc } from './account.model.ts'
import { updateAccountOf } from './keep.ts'

const waitingOf = ({ _id, queueId }: AccountDoc) => ({
  accountId: _id,
  queueId,
  state: { $in: ['queued', 'offered'] as const }
})

const accountNow = async (id: string) =>
  found((await ChannelAccountModel.findById(id).lean()) as AccountDoc | null)

/** How many interactions of an account wait in its queue, offers too. */
export const countWaitingOf = async (id: string): Promise<number> =>
  Interaction.countDocuments(waitingOf(await accountNow(id)))

/**
 * Has what arrives at an account wait in another queue. What waits there already stays, or moves along with its age;
 * what an agent has in hand stays with the agent. Refuses `changed-meanwhile` for an old version.
 */
export async function moveAccount(
  hub: Hub,
  who: Who,
  id: string,
  { version, queueId, waiting }: { version: number; queueId: string; waiting: 'stay' | 'move' }
): Promise<{ account: AccountDoc; moved: number }> {
  const before = await accountNow(id)
  const account = await updateAccountOf(hub, actorOf(who), id, version, { queueId }, 'account.move')
  if (waiting === 'stay') return { account, moved: 0 }
  const left = await Interaction.find(waitingOf(before), { _id: 1 }).lean()
  const { done } = await arrangeMany(hub, who, {
    ids: left.map(({ _id }) => String(_id)),
    action: { kind: 'move', queueId }
  })
  return { account, moved: done.length }
}
