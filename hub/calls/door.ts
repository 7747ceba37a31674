import type { CallDoor, CallPolicy } from '@palabre/channels/call'
import type { Account } from '@palabre/channels/channel'
import { channelNamed, channels } from '@palabre/channels/registry'
import { ChannelAccountModel, openAccount, type AccountDoc } from '../accounts/account.model.ts'
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
  const given = calls.policy(opened)
  const wording = wordingOf(given)
  return { account, opened, calls, policy: announced(given, wording), wording }
}

/** Nobody is recorded without hearing so; who is always recorded hears it before they talk with anybody. */
function announced(policy: CallPolicy, wording: Wording): CallPolicy {
  const recordingNotice =
    policy.recordingNotice.length > 0 ? policy.recordingNotice : [wording.say('recorded')]
  const isToldFirst = policy.recording === 'always'
  return {
    ...policy,
    recordingNotice,
    welcome: isToldFirst ? [...policy.welcome, ...recordingNotice] : policy.welcome
  }
}

/** Every account of calls that is in use, oldest first. */
export async function openDoors(hub: Hub): Promise<VoiceDoor[]> {
  const names = channels.filter(({ calls }) => calls).map(({ name }) => name)
  const accounts = (await ChannelAccountModel.find({
    channel: { $in: names },
    archived: false,
    paused: false
  })
    .sort({ _id: 1 })
    .lean()) as AccountDoc[]
  return accounts.map((account) => openDoor(hub, account))
}
