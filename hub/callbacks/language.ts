import type { Types } from 'mongoose'
import { accountOf } from '../accounts/accounts.ts'
import { openDoor } from '../calls/door.ts'
import type { Hub } from '../hub.ts'

/** In which of our languages somebody is told of it who called this account: that which its machine speaks. */
export async function languageOf(hub: Hub, accountId: Types.ObjectId): Promise<'en' | 'fr'> {
  const account = await accountOf(hub, accountId.toHexString())
  return account && /^fr\b/i.test(openDoor(hub, account).policy.language) ? 'fr' : 'en'
}
