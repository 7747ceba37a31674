import { ChannelError, type MessageTemplate } from '@palabre/channels/channel'
import { channelNamed, channels } from '@palabre/channels/registry'
import { ChannelAccountModel, openAccount, type AccountDoc } from '../accounts/account.model.ts'
import { accountOf } from '../accounts/accounts.ts'
import { setHealth } from '../accounts/health.ts'
import type { Hub } from '../hub.ts'
import { Template } from './template.model.ts'

const askMs = 60_000

/** Asks the platforms of all accounts that have templates, one after the other; one that is away hinders no other. */
export async function syncAllTemplates(hub: Hub): Promise<void> {
  const names = channels.filter(({ templates }) => templates).map(({ name }) => name)
  const docs = (await ChannelAccountModel.find({
    channel: { $in: names },
    archived: false,
    paused: false
  }).lean()) as AccountDoc[]
  for (const { _id } of docs)
    try {
      await syncTemplates(hub, _id.toHexString())
    } catch (error) {
      if (!(error instanceof ChannelError)) throw error
      hub.log.warn({ err: error, accountId: _id }, 'templates could not be asked for')
    }
}

/** Asks the platform for one account's templates; those that it has no more are forgotten. Throws ChannelError. */
export async function syncTemplates(hub: Hub, accountId: string): Promise<void> {
  const account = await accountOf(hub, accountId)
  const ask = account && !account.archived ? channelNamed(account.channel).templates : undefined
  if (!account || !ask) return
  const begun = new Date()
  let templates: MessageTemplate[]
  try {
    templates = await ask(openAccount(hub, account), AbortSignal.timeout(askMs))
  } catch (error) {
    if (error instanceof ChannelError && error.reason === 'unauthorized')
      await setHealth(hub, account, 'refused', error.message)
    throw error
  }
  if (templates.length > 0)
    await Template.collection.bulkWrite(
      templates.map(({ externalId, ...rest }) => ({
        updateOne: {
          filter: { accountId: account._id, externalId },
          update: {
            $set: { ...rest, syncedAt: begun },
            // What it no longer has must not stay.
            $unset: Object.fromEntries(
              (['reason', 'header', 'footer'] as const)
                .filter((field) => rest[field] === undefined)
                .map((field) => [field, ''])
            )
          },
          upsert: true
        }
      })) as never,
      { ordered: false }
    )
  await Template.deleteMany({ accountId: account._id, syncedAt: { $lt: begun } })
  hub.stream.publish({
    name: 'setting.changed',
    payload: { resource: 'template', id: accountId },
    topics: ['everybody']
  })
}
