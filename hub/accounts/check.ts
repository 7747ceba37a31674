import { ChannelError } from '@palabre/channels/channel'
import { channelNamed, channels } from '@palabre/channels/registry'
import type { Hub } from '../hub.ts'
import { ChannelAccountModel, openAccount, type AccountDoc } from './account.model.ts'
import { sendAlertMails } from '../alerts/mail.ts'
import { followAccount } from './concerns.ts'
import { setExpiry, setHealth } from './health.ts'
import { releaseLeft } from './held.ts'

const checkMs = 20_000

/**
 * Asks the provider of every account that can be asked whether it still accepts our credentials. Only a refusal of them
 * turns an account red: a provider that is away says nothing about them. Then looks at every account for what
 * administrators should know, and does what a crash left of that.
 */
export async function checkAccounts(hub: Hub): Promise<void> {
  const names = channels.filter(({ check }) => check).map(({ name }) => name)
  const docs = (await ChannelAccountModel.find({
    channel: { $in: names },
    archived: false,
    paused: false
  }).lean()) as AccountDoc[]
  await Promise.all(docs.map((doc) => checkAccount(hub, doc)))
  const all = (await ChannelAccountModel.find({}).lean()) as AccountDoc[]
  for (const doc of all) await followAccount(hub, doc)
  await sendAlertMails(hub)
  await releaseLeft(hub, all)
}

async function checkAccount(hub: Hub, doc: AccountDoc): Promise<void> {
  try {
    const told = await channelNamed(doc.channel).check?.(openAccount(hub, doc), AbortSignal.timeout(checkMs))
    const { detail, expiresAt = null } = typeof told === 'object' ? told : { detail: told }
    await setExpiry(hub, doc, expiresAt)
    await setHealth(hub, doc, 'up', detail)
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error
    if (error.reason === 'unauthorized') await setHealth(hub, doc, 'refused', error.message)
    else hub.log.warn({ err: error, accountId: doc._id }, 'an account could not be checked')
  }
}
