import { accountOf } from '../accounts/accounts.ts'
import { openDoor } from '../calls/door.ts'
import type { Hub } from '../hub.ts'
import type { RecordingDoc } from './recording.model.ts'

const day = 86_400_000

/** When a recording that has ended is erased, as its account says now; null: never. */
export async function expiryOf(
  hub: Hub,
  { accountId, endedAt }: Pick<RecordingDoc, 'accountId' | 'endedAt'>
): Promise<Date | null> {
  const account = await accountOf(hub, accountId.toHexString())
  const days = account && openDoor(hub, account).policy.retentionDays
  return endedAt && days ? new Date(endedAt.getTime() + days * day) : null
}
