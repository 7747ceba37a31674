import type { CallDoor, CallPolicy } from '@palabre/channels/call'
import type { Account } from '@palabre/channels/channel'
import { channelNamed } from '@palabre/channels/registry'
import { openAccount, type AccountDoc } from '../accounts/account.model.ts'
import { accountOf } from '../accounts/accounts.ts'
import type { Hub } from '../hub.ts'
import { refuse } from '../refuse.ts'
import { wordingOf, type Wording } from './wording.ts'

/** A voice account with everything that its calls need of it. */
export interface VoiceDoor {
  account: AccountDoc
  opened: Account
  calls: CallDoor
  policy: CallPolicy
  wording: Wording
}

/** The door of an account. Refuses `not-found` when it has none, or is paused or archived. */
export async function voiceDoorOf(hub: Hub, accountId: string): Promise<VoiceDoor> {
  const account = await accountOf(hub, accountId)
  if (!account || account.archived || account.paused) return refuse('not-found')
  return openDoor(hub, account)
}

/** Also of an account that is out of use: its running calls go on to their end. */
export function openDoor(hub: Hub, account: AccountDoc): VoiceDoor {
  const { calls } = channelNamed(account.channel)
  if (!calls) return refuse('not-found')
  const opened = openAccount(hub, account)
  const policy = calls.policy(opened)
  return { account, opened, calls, policy, wording: wordingOf(policy) }
}
