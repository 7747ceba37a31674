import { accountOf } from '../accounts/accounts.ts'
import type { Hub } from '../hub.ts'
import { Call, customerOf, type CallDoc } from './call.model.ts'
import { openDoor } from './door.ts'
import { customerFailed } from './party-state.ts'

/** No node has had the customer's line for so long: the media server is asked. */
const unseenMs = 60_000
/** Nobody talks for so long: what is left is a line that nobody hung up. */
const longestMs = 6 * 3600_000
const atOnce = 100

/**
 * Ends calls whose end nobody told: those that the media server knows no more, and those that have lasted absurdly
 * long. Returns how many. A media server that cannot be asked is asked again later.
 */
export async function reapCalls(hub: Hub, now: Date): Promise<number> {
  const open = { endedAt: { $type: 'null' as const } }
  const calls = (await Call.find({
    ...open,
    $or: [
      { seenAt: { $lt: new Date(now.getTime() - unseenMs) } },
      { startedAt: { $lt: new Date(now.getTime() - longestMs) } }
    ]
  })
    .limit(atOnce)
    .lean()) as CallDoc[]
  let reaped = 0
  for (const [accountId, ofAccount] of byAccount(calls)) {
    const account = await accountOf(hub, accountId)
    if (!account) continue
    const { calls: door, opened } = openDoor(hub, account)
    let known: Set<string>
    try {
      known = await door.parties(opened)
    } catch (error) {
      hub.log.warn({ err: error, accountId }, 'the media server could not be asked for its calls')
      continue
    }
    for (const call of ofAccount) {
      const { partyId } = customerOf(call)
      if (partyId && known.has(partyId)) {
        if (now.getTime() - call.startedAt.getTime() < longestMs) continue
        await door.end(partyId, opened)
      }
      await customerFailed(hub, call)
      reaped++
    }
  }
  return reaped
}

function byAccount(calls: CallDoc[]): Map<string, CallDoc[]> {
  const groups = new Map<string, CallDoc[]>()
  for (const call of calls) {
    const id = call.accountId.toHexString()
    const group = groups.get(id)
    if (group) group.push(call)
    else groups.set(id, [call])
  }
  return groups
}
