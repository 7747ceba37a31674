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

/**
 * Asks the platform for one account's templates; those that it has no more are forgotten, once it has named all that it
 * has. Without effect for an account that is gone, or whose channel has none. Throws ChannelError, with nothing changed.
 */
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
  await keepTemplates(account._id, templates, begun)
  hub.stream.publish({
    name: 'setting.changed',
    payload: { resource: 'template', id: accountId },
    topics: ['everybody']
  })
}

/**
 * Keeps what the platform named when it was asked at `begun`. Of two that overlap the one that began later counts,
 * whichever ends first: nothing that it wrote is written over, and nothing that it found is forgotten.
 */
export async function keepTemplates(
  accountId: AccountDoc['_id'],
  templates: MessageTemplate[],
  begun: Date
): Promise<void> {
  if (templates.length > 0)
    try {
      await Template.collection.bulkWrite(templates.map((one) => writeOf(accountId, one, begun)) as never, {
        ordered: false
      })
    } catch (error) {
      // One that is there and newer is not matched, and cannot be made a second time.
      const { writeErrors } = error as { writeErrors?: { code: number } | { code: number }[] }
      const failed = writeErrors === undefined ? [] : [writeErrors].flat()
      if (failed.length === 0 || failed.some(({ code }) => code !== 11000)) throw error
    }
  await Template.deleteMany({ accountId, syncedAt: { $lt: begun } })
}

function writeOf(accountId: AccountDoc['_id'], { externalId, ...rest }: MessageTemplate, begun: Date) {
  const gone = (['reason', 'header', 'footer'] as const).filter((field) => rest[field] === undefined)
  return {
    updateOne: {
      filter: { accountId, externalId, syncedAt: { $lte: begun } },
      update: {
        $set: { ...rest, syncedAt: begun },
        // What it no longer has must not stay.
        ...(gone.length > 0 && { $unset: Object.fromEntries(gone.map((field) => [field, ''])) })
      },
      upsert: true
    }
  }
}
