import { ChannelError, type OutboundMessage } from '@palabre/channels/channel'
import { channelNamed } from '@palabre/channels/registry'
import { openAccount } from '../../accounts/account.model.ts'
import { accountOf } from '../../accounts/accounts.ts'
import type { Hub } from '../../hub.ts'

/** Hands a message to an account. Throws ChannelError, also when the account is out of use. */
export async function handOver(hub: Hub, accountId: string, message: OutboundMessage): Promise<void> {
  const account = await accountOf(hub, accountId)
  if (!account || account.archived) throw new ChannelError('refused', 'The account is gone.')
  if (account.paused) throw new ChannelError('unreachable', 'The account is paused.')
  const { send, sendsWhereItListens } = channelNamed(account.channel)
  if (!send || sendsWhereItListens)
    throw new ChannelError('refused', 'This account sends no messages of ours.')
  await send(message, openAccount(hub, account))
}
